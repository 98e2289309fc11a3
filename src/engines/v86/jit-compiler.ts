import type { V86Cpu } from './internals.ts';

/** First slot of the function table that holds generated code (v86, src/const.js: WASM_TABLE_OFFSET). */
const TABLE_OFFSET = 1024;

/** Setting of v86's code generator: it neither generates code nor counts what runs, while this is 1. What was generated is run. */
const IS_OFF = 0;
/** Setting of v86's code generator: pages of the guest of which one piece of code is made at most. */
const MOST_PAGES = 1;
/**
 * Of so many turns of the main loop, a millisecond each, the generator counts in one. v86 generates code for a page of the guest after
 * 200,000 instructions in it; V8 then optimises each piece in the background. So code has to run eight times as long before it is worth
 * that (docs/decisions/0007).
 */
const TURNS = 8;
/** v86 has 3. The same code in smaller pieces takes V8 less time (docs/decisions/0007). */
const PAGES = 1;

interface Compiled {
  readonly slot: number;
  readonly guestStart: number;
  readonly stateFlags: number;
  readonly module: WebAssembly.Module;
}

/**
 * Compiles the code that v86 generates. v86 does so in the background and generates nothing more until it is done: when
 * the event loop turns seldom, the guest is interpreted meanwhile, ten times slower. Here a piece is compiled at once
 * (browsers do it lazily, so that costs little) and put into the table when the emulator has returned.
 */
export class JitCompiler {
  readonly #cpu: V86Cpu;
  #compiled: Compiled | undefined;
  #turn = 0;

  constructor(cpu: V86Cpu) {
    this.#cpu = cpu;
    cpu.set_jit_config(MOST_PAGES, PAGES);
    cpu.codegen_finalize = (slot, guestStart, stateFlags, pointer, length) => {
      const code = new Uint8Array(cpu.wasm_memory.buffer, pointer >>> 0, length >>> 0);
      this.#compiled = { slot, guestStart, stateFlags, module: new WebAssembly.Module(code) };
    };
  }

  /** After each turn of the emulator's main loop: hands over what was compiled in it, and says whether the next one may generate code. */
  finish(): void {
    this.#turn = (this.#turn + 1) % TURNS;
    this.#cpu.set_jit_config(IS_OFF, this.#turn === 0 ? 0 : 1);
    if (!this.#compiled) return;
    const { slot, guestStart, stateFlags, module } = this.#compiled;
    this.#compiled = undefined;
    const { exports } = new WebAssembly.Instance(module, { e: this.#cpu.jit_imports });
    this.#cpu.wm.wasm_table.set(slot + TABLE_OFFSET, exports['f']);
    this.#cpu.codegen_finalize_finished(slot, guestStart, stateFlags);
  }
}
