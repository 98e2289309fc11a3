import type { V86 } from 'v86';

/**
 * The parts of v86 that its declarations leave out and this engine needs. v86 0.5 has no API for its scheduler,
 * its console's queues or directories of its 9p share; the package is pinned, and `internalsOf` checks what it finds.
 */
export interface V86Internals {
  readonly v86: V86Core;
  readonly fs9p: V86FileSystem;
  /** The emulator's side of the bus between it and its devices. */
  readonly bus: {
    send(name: string, value?: unknown): void;
    register(name: string, listener: (value: unknown) => void, receiver: object): void;
  };
}

/** v86's main loop: src/main.js of its source. */
export interface V86Core {
  stopping: boolean;
  running: boolean;
  idle: boolean;
  tick_counter: number;
  readonly cpu: V86Cpu;
  readonly bus: { send(name: string, value?: unknown): void };
  do_tick(): void;
  next_tick(delay: number): void;
  yield(delay: number, tick: number): void;
  yield_callback(tick: number): void;
  unregister_yield(): void;
}

/** v86's processor and its compiler: src/cpu.js. */
export interface V86Cpu {
  readonly devices: {
    readonly virtio_console: { readonly virtio: { readonly queues: readonly V86Queue[] } };
    /** The network card. `device_feature` is what it offers, 32 bits a number, until a guest or a saved state chooses. */
    readonly virtio_net: { readonly virtio: { readonly device_feature: Uint32Array } };
    /** The second serial port: src/uart.js. `input` is what the guest has not read yet. */
    readonly uart1: { readonly input: readonly number[] };
    readonly ide: { readonly primary: V86IdeChannel };
  };
  /** Handlers of the guest's ports, by number: src/io.js. */
  readonly io: { readonly ports: readonly V86Port[] };
  readonly wasm_memory: WebAssembly.Memory;
  readonly jit_imports: WebAssembly.ModuleImports;
  /** The emulator's WebAssembly and its function table. */
  readonly wm: { readonly wasm_table: WebAssembly.Table };
  /** Called when the guest resets the machine. */
  reboot_internal(): void;
  /** Zeroes guest memory, from an address on. */
  zero_memory(address: number, length: number): void;
  is_memory_zeroed(address: number, length: number): boolean;
  /** Runs the guest for about a millisecond. Returns the milliseconds that it then sleeps, 0 if it does not. */
  main_loop(): number;
  /** Called by the emulator with the WebAssembly that it generated for a piece of guest code. */
  codegen_finalize(slot: number, guestStart: number, stateFlags: number, pointer: number, length: number): void;
  /** Changes a setting of the code generator: src/rust/jit.rs. */
  set_jit_config(setting: number, value: number): void;
  /** Tells the emulator that the function is in its table. Not to be called from within `codegen_finalize`. */
  codegen_finalize_finished(slot: number, guestStart: number, stateFlags: number): void;
}

/** What happens when the guest writes a byte to a port; called on `device`. */
export interface V86Port {
  write8: (this: unknown, value: number) => void;
  readonly device: unknown;
}

/** An IDE channel and the drive of it that is selected: src/ide.js. */
export interface V86IdeChannel {
  /** The first port of its command block. */
  readonly command_base: number;
  readonly current_interface: {
    status_reg: number;
    /** What the guest reads as the answer to a command. */
    readonly data: Uint8Array;
  };
}

/** A virtio queue: src/virtio.js. */
export interface V86Queue {
  is_configured(): boolean;
  has_request(): boolean;
}

/** v86's 9p file system: lib/filesystem.js. Ids are inode numbers, -1 means none. */
export interface V86FileSystem {
  SearchPath(path: string): { readonly id: number; readonly parentid: number };
  CreateDirectory(name: string, parent: number): number;
  Unlink(parent: number, name: string): number;
  GetInode(id: number): { readonly size: number; readonly mode: number };
}

const NEEDED = [
  'v86.do_tick',
  'v86.next_tick',
  'v86.yield',
  'v86.yield_callback',
  'v86.unregister_yield',
  'v86.cpu.reboot_internal',
  'v86.cpu.zero_memory',
  'v86.cpu.is_memory_zeroed',
  'v86.cpu.main_loop',
  'v86.cpu.wasm_memory',
  'v86.cpu.jit_imports',
  'v86.cpu.set_jit_config',
  'v86.cpu.wm.wasm_table',
  'v86.cpu.codegen_finalize',
  'v86.cpu.codegen_finalize_finished',
  'v86.cpu.devices.virtio_console.virtio.queues',
  'v86.cpu.devices.virtio_net.virtio.device_feature',
  'v86.cpu.devices.uart1.input',
  'v86.cpu.devices.ide.primary.command_base',
  'v86.cpu.devices.ide.primary.current_interface.status_reg',
  'v86.cpu.devices.ide.primary.current_interface.data',
  'v86.cpu.io.ports',
  'v86.bus.send',
  'bus.send',
  'bus.register',
  'fs9p.SearchPath',
  'fs9p.CreateDirectory',
  'fs9p.Unlink',
  'fs9p.GetInode',
];

/**
 * The internals of a loaded emulator.
 * @throws TypeError naming what is missing, when another build of v86 was put in
 */
export function internalsOf(emulator: V86): V86Internals {
  if (hasInternals(emulator)) return emulator;
  const missing = NEEDED.filter((path) => valueAt(emulator, path) === undefined);
  throw new TypeError(`this build of v86 lacks ${missing.join(', ')}`);
}

function hasInternals(emulator: object): emulator is V86Internals {
  return NEEDED.every((path) => valueAt(emulator, path) !== undefined);
}

function valueAt(root: unknown, path: string): unknown {
  return path.split('.').reduce((value, key) => {
    return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  }, root);
}
