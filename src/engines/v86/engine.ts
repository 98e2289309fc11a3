import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Engine, EngineConfig } from '#ports/engine.ts';
import { V86, type V86Options } from 'v86';
import { OverlayDisk } from './disk.ts';
import { Holds } from './holds.ts';
import { internalsOf, type V86Cpu } from './internals.ts';
import { mtuOf, type NetworkCard } from './network.ts';
import { Patience } from './patience.ts';
import { decodeState } from './saved-state.ts';
import { SessionEvents, V86Session } from './session.ts';

/** Saved states hold v86's devices and this engine's own envelope: both must be the same to restore one. */
const ENGINE_VERSION = '0.5.462-4';
/**
 * Their machines go on as they are: those of -1 without a write cache, those of -2 and before with packets as long as
 * Ethernet's, all with checksums of their own.
 */
const EARLIER_VERSIONS = ['0.5.462-1', '0.5.462-2', '0.5.462-3'];
const PAGE_BYTES = 4096;
/** Video memory in bytes. Nothing draws on it; v86 wants some, and saves it with each state. */
const VIDEO_BYTES = 1024 * 1024;

/** `stock` leaves v86's own scheduling and compiling as they are: for comparison in benchmarks. */
export type Scheduling = 'ours' | 'stock';

/** What the engine is made of, loaded by its owner. */
export interface V86Assets {
  readonly wasm: WebAssembly.Module;
  /** SeaBIOS. */
  readonly bios: ArrayBuffer;
  readonly videoBios: ArrayBuffer;
}

/** The engine v86 (BSD-2-Clause): 32-bit x86 to WebAssembly, just in time. Runs in a worker and in Node. */
export class V86Engine implements Engine {
  readonly name = 'v86';
  readonly version = ENGINE_VERSION;
  readonly architectures = ['i386'];
  readonly #assets: V86Assets;
  readonly #scheduling: Scheduling;
  readonly #card: NetworkCard;

  constructor(assets: V86Assets, scheduling: Scheduling = 'ours', card: NetworkCard = 'ours') {
    this.#assets = assets;
    this.#scheduling = scheduling;
    this.#card = card;
  }

  restores(version: string): boolean {
    return version === ENGINE_VERSION || EARLIER_VERSIONS.includes(version);
  }

  /** The engine of assets whose WebAssembly is not compiled yet, as files give them. */
  static async fromBytes(
    assets: Omit<V86Assets, 'wasm'> & { readonly wasm: ArrayBuffer },
    scheduling?: Scheduling,
  ): Promise<V86Engine> {
    return new V86Engine({ ...assets, wasm: await WebAssembly.compile(assets.wasm) }, scheduling);
  }

  async start(config: EngineConfig, { signal }: Cancellable = {}): Promise<V86Session> {
    signal?.throwIfAborted();
    // v86 reads the first sector before there is a session that could say what it waits for.
    await config.disk.read(0, { signal });
    const saved = config.state && decodeState(config.state);
    const events = new SessionEvents();
    const machine = prepare(this.#assets, config, { events, mtu: mtuOf(this.#card) });
    await loaded(machine.emulator, config.memory);
    const session = new V86Session(machine.emulator, {
      ...machine,
      events,
      screen: saved?.screen,
      scheduling: this.#scheduling,
      card: this.#card,
    });
    try {
      if (saved) await restore(machine.emulator, saved.machine);
      signal?.throwIfAborted();
      await machine.emulator.run();
      return session;
    } catch (error) {
      await session.stop();
      throw error;
    }
  }
}

interface Prepared {
  readonly emulator: V86;
  readonly disk: OverlayDisk;
  readonly holds: Holds;
  readonly patience: Patience;
}

function prepare(
  assets: V86Assets,
  config: EngineConfig,
  { events, mtu }: { readonly events: SessionEvents; readonly mtu: number },
): Prepared {
  const holds: Holds = new Holds(
    () => emulator.run(),
    () => emulator.stop(),
  );
  const patience = new Patience(holds, events.emit);
  const disk = new OverlayDisk(config.disk, patience, config.overlay);
  const options = emulatorOptions(assets, config, mtu);
  // v86 takes any object of a disk's shape; its declarations know only its own.
  Object.assign(options, { hda: disk });
  const emulator = new V86(options);
  return { emulator, disk, holds, patience };
}

function emulatorOptions(assets: V86Assets, config: EngineConfig, mtu: number): V86Options {
  return {
    wasm_fn: async (imports) => (await WebAssembly.instantiate(assets.wasm, imports)).exports,
    memory_size: config.memory,
    vga_memory_size: VIDEO_BYTES,
    bios: { buffer: assets.bios },
    vga_bios: { buffer: assets.videoBios },
    bzimage: { buffer: config.kernel.buffer },
    ...(config.initrd && { initrd: { buffer: config.initrd.buffer } }),
    cmdline: config.commandLine,
    virtio_console: { type: 'none' },
    net_device: { type: 'virtio', mtu },
    // A restored guest knows the address that it had.
    preserve_mac_from_state_image: true,
    filesystem: {},
    uart1: true,
    disable_keyboard: true,
    disable_mouse: true,
    disable_speaker: true,
  };
}

/** v86 loads in callbacks and lets what they throw go unhandled: the worker's last resort is the only place to hear it. */
function loaded(emulator: V86, memory: number): Promise<void> {
  const listening = new AbortController();
  return new Promise<void>((resolve, reject) => {
    emulator.add_listener('emulator-loaded', () => resolve());
    globalThis.addEventListener?.(
      'unhandledrejection',
      (event) => {
        const cause: unknown = event.reason;
        // It is none of v86's: somebody else's mistake must not pass for a lack of memory.
        if (cause instanceof AppError) return;
        event.preventDefault();
        reject(new AppError('machine/out-of-memory', { megabytes: memory / 2 ** 20 }, { cause }));
      },
      { signal: listening.signal },
    );
  }).finally(() => listening.abort());
}

async function restore(emulator: V86, state: ArrayBuffer): Promise<void> {
  zeroOnlyWhatIsNot(internalsOf(emulator).v86.cpu);
  try {
    await emulator.restore_state(state);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('state/corrupt', { detail }, { cause });
  }
}

/**
 * v86 zeroes all guest memory before it restores a state, and so makes the browser provide all of it. A new machine's
 * memory is zero but for the firmware and the kernel: writing only those leaves the rest unclaimed.
 */
function zeroOnlyWhatIsNot(cpu: V86Cpu): void {
  const zero = cpu.zero_memory.bind(cpu);
  cpu.zero_memory = (address, length) => {
    for (let page = address; page < address + length; page += PAGE_BYTES) {
      if (!cpu.is_memory_zeroed(page, PAGE_BYTES)) zero(page, PAGE_BYTES);
    }
  };
}
