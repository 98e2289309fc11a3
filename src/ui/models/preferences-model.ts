import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { IdleMinutes, Portolan } from '#ports/portolan.ts';
import type { Settings } from './environment.ts';

const SCREEN_READER_KEY = 'portolan.screen-reader';

/** What the user chose in this browser. */
export class PreferencesModel {
  readonly #settings: Settings;
  readonly #portolan: Pick<Portolan, 'idleMinutes' | 'setIdleMinutes'>;
  readonly #screenReader: Signal<boolean>;
  readonly #idleMinutes: Signal<IdleMinutes>;

  constructor(settings: Settings, portolan: Pick<Portolan, 'idleMinutes' | 'setIdleMinutes'>) {
    this.#settings = settings;
    this.#portolan = portolan;
    this.#idleMinutes = signal(portolan.idleMinutes);
    this.#screenReader = signal(settings.read(SCREEN_READER_KEY) === 'on');
  }

  /** True when terminals should be readable by a screen reader, which makes them slower. */
  get screenReader(): ReadonlySignal<boolean> {
    return this.#screenReader;
  }

  /** Minutes after which an idle machine in a hidden tab is suspended; 0 for never. */
  get idleMinutes(): ReadonlySignal<IdleMinutes> {
    return this.#idleMinutes;
  }

  setIdleMinutes(minutes: IdleMinutes): void {
    this.#portolan.setIdleMinutes(minutes);
    this.#idleMinutes.value = this.#portolan.idleMinutes;
  }

  toggleScreenReader(): void {
    this.#screenReader.value = !this.#screenReader.peek();
    this.#settings.write(SCREEN_READER_KEY, this.#screenReader.peek() ? 'on' : 'off');
  }
}
