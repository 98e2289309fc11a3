import { effect } from '@preact/signals';
import type { Shell } from '#ports/shell.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import type { Environment } from '#ui/models/environment.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import { attempt } from '#ui/models/attempt.ts';
import { LEAVE_TARGET_ID, TERMINAL_HELP_ID } from './ids.ts';
import { TerminalSlot } from './terminal-slot.ts';
import type { TerminalFactory } from './terminal-factory.ts';
import type { TerminalView } from './terminal-view.ts';

/** One terminal for each machine, kept while the user is elsewhere, gone with the machine. */
export class TerminalDeck {
  readonly #app: AppModel;
  readonly #shell: Pick<Shell, 'report'>;
  readonly #environment: Environment;
  readonly #slots = new Map<MachineModel, TerminalSlot>();
  readonly #stop: () => void;
  #factory: TerminalFactory | undefined;

  constructor(app: AppModel, shell: Pick<Shell, 'report'>, environment: Environment) {
    this.#app = app;
    this.#shell = shell;
    this.#environment = environment;
    this.#stop = effect(() => this.#drop(new Set(app.machines.list.value)));
  }

  /** The machine's slot, made when first asked for. */
  slot(machine: MachineModel): TerminalSlot {
    const slot = this.#slots.get(machine) ?? new TerminalSlot(this.#shell, () => this.#makeView(machine));
    this.#slots.set(machine, slot);
    return slot;
  }

  /** Fetches xterm.js ahead of the first machine, so that a boot does not wait for it. */
  async preload(): Promise<void> {
    await attempt(this.#shell, async () => (await this.#loadFactory()).warm());
  }

  dispose(): void {
    this.#stop();
    this.#drop(new Set());
  }

  async #loadFactory(): Promise<TerminalFactory> {
    const { TerminalFactory } = await import('./terminal-factory.ts');
    this.#factory ??= new TerminalFactory();
    return this.#factory;
  }

  async #makeView(machine: MachineModel): Promise<TerminalView> {
    const factory = await this.#loadFactory();
    return factory.make({
      label: `Terminal of ${machine.title}`,
      describedBy: TERMINAL_HELP_ID,
      console: machine.console,
      keyboard: this.slot(machine).keyboard,
      screenReader: this.#app.preferences.screenReader,
      shortcuts: {
        copy: (text) => void attempt(this.#shell, () => this.#environment.copy(text)),
        leave: () => document.getElementById(LEAVE_TARGET_ID)?.focus(),
      },
    });
  }

  #drop(kept: ReadonlySet<MachineModel>): void {
    for (const [machine, slot] of this.#slots) {
      if (kept.has(machine)) continue;
      slot.dispose();
      this.#slots.delete(machine);
    }
  }
}
