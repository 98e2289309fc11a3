import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Settings } from './environment.ts';

const SCREEN_READER_KEY = 'portolan.screen-reader';

/** What the user chose in this browser. */
export class PreferencesModel {
  readonly #settings: Settings;
  readonly #screenReader: Signal<boolean>;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#screenReader = signal(settings.read(SCREEN_READER_KEY) === 'on');
  }

  /** True when terminals should be readable by a screen reader, which makes them slower. */
  get screenReader(): ReadonlySignal<boolean> {
    return this.#screenReader;
  }

  toggleScreenReader(): void {
    this.#screenReader.value = !this.#screenReader.peek();
    this.#settings.write(SCREEN_READER_KEY, this.#screenReader.peek() ? 'on' : 'off');
  }
}
