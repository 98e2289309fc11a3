import { LineSplitter, parseBootSignal, parseLastWords, type HaltReason } from '#domain/guest/index.ts';
import type { BootStage, SessionEvent } from '#ports/engine.ts';

const ORDER: readonly BootStage[] = ['firmware', 'kernel', 'services', 'prompt'];

/** Reads the first serial port: the kernel's log, and the guest's own word of how far it is. */
export class BootProgress {
  readonly #emit: (event: SessionEvent) => void;
  readonly #onReady: () => void;
  readonly #lines = new LineSplitter((line) => this.#onLine(line));
  #stage: BootStage = 'firmware';
  #lastWords: HaltReason = 'poweroff';

  constructor(emit: (event: SessionEvent) => void, onReady: () => void) {
    this.#emit = emit;
    this.#onReady = onReady;
  }

  /** Why the kernel stopped, as far as it said. */
  get lastWords(): HaltReason {
    return this.#lastWords;
  }

  /** Takes a byte of the serial port. */
  receive(byte: number): void {
    if (this.#stage === 'firmware') this.#enter('kernel');
    this.#lines.push(byte);
  }

  #onLine(line: string): void {
    const signal = parseBootSignal(line);
    if (!signal) {
      this.#onKernelLine(line);
    } else if (signal.type === 'ready') {
      this.#enter('prompt');
      this.#onReady();
    } else {
      this.#enter('services');
    }
  }

  #onKernelLine(line: string): void {
    if (line === '') return;
    this.#emit({ type: 'log', line });
    const reason = parseLastWords(line);
    if (reason) this.#lastWords = reason;
    // A kernel that panics spins from then on, rather than stop its processor.
    if (reason === 'panic') this.#emit({ type: 'halted', reason });
  }

  /** Stages only go forward: what the guest's services say after the prompt is no news. */
  #enter(stage: BootStage): void {
    if (ORDER.indexOf(stage) <= ORDER.indexOf(this.#stage)) return;
    this.#stage = stage;
    this.#emit({ type: 'stage', stage });
  }
}
