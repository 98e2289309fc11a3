import type { V86Cpu } from './internals.ts';

/** First slot of the function table that holds generated code (v86, src/const.js: WASM_TABLE_OFFSET). */
const TABLE_OFFSET = 1024;

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

  constructor(cpu: V86Cpu) {
    this.#cpu = cpu;
    cpu.codegen_finalize = (slot, guestStart, stateFlags, pointer, length) => {
      const code = new Uint8Array(cpu.wasm_memory.buffer, pointer >>> 0, length >>> 0);
      this.#compiled = { slot, guestStart, stateFlags, module: new WebAssembly.Module(code) };
    };
  }

  /** Hands over what was compiled since the last call; the emulator must not be running. */
  finish(): void {
    if (!this.#compiled) return;
    const { slot, guestStart, stateFlags, module } = this.#compiled;
    this.#compiled = undefined;
    const { exports } = new WebAssembly.Instance(module, { e: this.#cpu.jit_imports });
    this.#cpu.wm.wasm_table.set(slot + TABLE_OFFSET, exports['f']);
    this.#cpu.codegen_finalize_finished(slot, guestStart, stateFlags);
  }
}
