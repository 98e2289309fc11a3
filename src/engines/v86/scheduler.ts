import type { V86Core } from './internals.ts';
import { JitCompiler } from './jit-compiler.ts';

/**
 * Milliseconds that the guest runs before messages to the worker get their turn. Long enough that yielding costs
 * nothing beside the work, short enough that a key press in a busy guest is not felt to wait.
 */
const SLICE_MS = 12;

/**
 * Replaces v86's scheduling. The stock one runs the guest for a millisecond and then asks a second worker to wake it,
 * a round trip that leaves the CPU idle about as long as it takes. This one runs several slices in a row and yields
 * through a message channel of its own thread; a sleeping guest waits in a timer.
 */
export class Scheduler {
  readonly #core: V86Core;
  readonly #compiler: JitCompiler;
  readonly #channel = new MessageChannel();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = 0;

  constructor(core: V86Core) {
    this.#core = core;
    this.#compiler = new JitCompiler(core.cpu);
    core.unregister_yield();
    core.yield = (delay, tick) => this.#yield(delay, tick);
    core.do_tick = () => this.#tick();
    this.#channel.port1.addEventListener('message', (event) => core.yield_callback(Number(event.data)));
    this.#channel.port1.start();
  }

  /** Milliseconds that the guest has run. */
  get busy(): number {
    return this.#busy;
  }

  /** Lets go of the channel and the timer, which would keep the thread alive. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#channel.port1.close();
  }

  #yield(delay: number, tick: number): void {
    clearTimeout(this.#timer);
    if (delay < 1) this.#channel.port2.postMessage(tick);
    // Rounded up: a timer that fires a fraction early would find the guest asleep, and spin until it wakes.
    else this.#timer = setTimeout(() => this.#core.yield_callback(tick), Math.ceil(delay));
  }

  /** v86's own do_tick, with more than one slice of the main loop. */
  #tick(): void {
    const core = this.#core;
    if (core.stopping || !core.running) {
      core.stopping = false;
      core.running = false;
      core.bus.send('emulator-stopped');
      return;
    }
    core.idle = false;
    core.next_tick(this.#runSlices());
  }

  /** Milliseconds that the guest sleeps now. */
  #runSlices(): number {
    const start = performance.now();
    let sleep: number;
    do {
      sleep = this.#core.cpu.main_loop();
      this.#compiler.finish();
    } while (sleep === 0 && !this.#core.stopping && performance.now() < start + SLICE_MS);
    this.#busy += performance.now() - start;
    return sleep;
  }
}
