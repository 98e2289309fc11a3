import { snapshotMisfits, type ChunkedLayer } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import { RateMeter } from '#domain/progress/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Engine, Session } from '#ports/engine.ts';
import type { MachineEvent, StartFrom } from '#ports/machine-service.ts';
import { LargerDisk, type ContainerClient, type ContainerDisk } from '#storage/index.ts';
import type { Keeping } from './keeping.ts';
import type { OwnDisk } from './own-disk.ts';

/** Milliseconds between two words of progress. */
const REPORT_MS = 100;
/** Chunks of the boot trace that are asked for at a time. */
const TRACE_BATCH = 16;

/** What a snapshot can differ in, in words. */
const MISFIT_WORDS: Readonly<Record<string, string>> = { engineVersion: 'engine version', memory: 'memory size' };

type Emit = (event: MachineEvent) => void;

interface Restored {
  readonly from: StartFrom;
  readonly state: Uint8Array<ArrayBuffer> | undefined;
}

const FROM_DISK: Restored = { from: 'disk', state: undefined };

/** What a machine starts with. */
export interface StartParts {
  readonly container: ContainerClient;
  /** What its guest has written, and how large its disk is. */
  readonly own: OwnDisk;
  /** Undefined where nothing is kept. */
  readonly keeping: Keeping | undefined;
}

/** Starts a machine of `container` as `request` asks, or as near to it as can be; says through `emit` what it does. */
export class MachineStarter {
  readonly #engine: Engine;
  readonly #emit: Emit;

  constructor(engine: Engine, emit: Emit) {
    this.#engine = engine;
    this.#emit = emit;
  }

  /**
   * Resolves when the guest runs; its session tells when it is ready.
   * @throws AppError `container/*`, `source/*`, `state/corrupt`, `machine/*`
   */
  async start(
    wanted: StartFrom,
    { container, own, keeping }: StartParts,
    options: Cancellable,
  ): Promise<{ readonly session: Session; readonly from: StartFrom }> {
    this.#checkArchitecture(container);
    const [kernel, initrd, disk] = await Promise.all([
      container.kernel(options),
      container.initrd(options),
      container.disk(options),
    ]);
    const left = wanted === 'suspended' ? await this.#ownState(keeping) : undefined;
    // A snapshot is of the container's disk, as large as that is.
    const untouched = own.disk.version === 0 && own.size === disk.size && wanted !== 'disk';
    const { from, state } = left ?? (untouched ? await this.#snapshotOf(container, options) : FROM_DISK);
    if (!state) this.#prefetchBoot(container, disk);
    const { memory, kernelCommandLine: commandLine } = container.config;
    const parts = { memory, commandLine, kernel, initrd, disk: new LargerDisk(disk, own.size), overlay: own.disk };
    const session = await this.#engine.start({ ...parts, state }, options);
    return { session, from };
  }

  #checkArchitecture({ config }: ContainerClient): void {
    if (this.#engine.architectures.includes(config.architecture)) return;
    const supported = this.#engine.architectures.join(', ');
    throw new AppError('container/wrong-architecture', {
      title: config.title,
      architecture: config.architecture,
      supported,
    });
  }

  /** The state that the machine was left in; undefined when there is none that can be restored. */
  async #ownState(keeping: Keeping | undefined): Promise<Restored | undefined> {
    const saved = keeping?.machine.fitting;
    const engineVersion = saved?.engineVersion ?? (await keeping?.earlierEngine());
    if (!keeping || engineVersion === undefined) return undefined;
    if (!this.#engine.restores(engineVersion)) return this.#refuse(engineVersion, saved !== undefined);
    return { from: 'suspended', state: await (saved ? keeping.machine.load(saved.id) : keeping.loadEarlier()) };
  }

  /** @param hasDisk the machine's disk is kept apart from the state */
  #refuse(engineVersion: string, hasDisk: boolean): Restored {
    const engine = this.#engine.version;
    if (!hasDisk)
      throw new AppError('state/corrupt', { detail: `it is of engine ${engineVersion}, this is ${engine}` });
    const error = new AppError('state/other-engine', { saved: engineVersion, engine });
    this.#emit({ type: 'notice', error: error.toRecord() });
    return FROM_DISK;
  }

  async #snapshotOf(container: ContainerClient, options: Cancellable): Promise<Restored> {
    const layer = this.#fittingSnapshot(container);
    return layer ? { from: 'snapshot', state: await this.#loadSnapshot(container, layer, options) } : FROM_DISK;
  }

  /** The snapshot that fits this engine; says so when there are some and none fits. */
  #fittingSnapshot({ config, parts }: ContainerClient): ChunkedLayer | undefined {
    const { name: engine, version: engineVersion } = this.#engine;
    const binding = { engine, engineVersion, memory: config.memory, disk: parts.disk.blob.digest };
    const rated = parts.snapshots.map((layer) => ({ layer, misfits: snapshotMisfits(layer.blob, binding) }));
    const fitting = rated.find(({ misfits }) => misfits.length === 0);
    const [first] = rated;
    if (!fitting && first) {
      const words = first.misfits.map((name) => MISFIT_WORDS[name] ?? name);
      const detail = `it is of another ${words.join(', ')}`;
      this.#emit({
        type: 'notice',
        error: new AppError('snapshot/incompatible', { title: config.title, detail }).toRecord(),
      });
    }
    return fitting?.layer;
  }

  async #loadSnapshot(
    container: ContainerClient,
    layer: ChunkedLayer,
    options: Cancellable,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const meter = new RateMeter(layer.blob.size, 0, performance.now());
    let reported = 0;
    const onBytes = (bytes: number): void => {
      const now = performance.now();
      meter.add(bytes, now);
      if (now - reported < REPORT_MS) return;
      reported = now;
      this.#emit({ type: 'loading', progress: meter.measure(now) });
    };
    const state = await container.snapshot(layer, { ...options, onBytes });
    this.#emit({ type: 'loading', progress: { ...meter.measure(performance.now()), bytes: layer.blob.size } });
    return state;
  }

  /** Fetches ahead what the boot will read. If it fails, the guest's own reads say why. */
  #prefetchBoot(container: ContainerClient, disk: ContainerDisk): void {
    this.#prefetch(container, disk).catch(() => undefined);
  }

  /** In the order in which it will be read; while one batch comes, the next is asked for. */
  async #prefetch(container: ContainerClient, disk: ContainerDisk): Promise<void> {
    const trace = await container.trace();
    const costOf = (indexes: readonly number[]): number => indexes.reduce((sum, index) => sum + disk.costOf(index), 0);
    const meter = new RateMeter(costOf(trace), 0, performance.now());
    let before = Promise.resolve();
    for (let at = 0; at < trace.length; at += TRACE_BATCH) {
      const batch = trace.slice(at, at + TRACE_BATCH);
      const arrival = disk.fetchAhead(batch).then(() => {
        meter.add(costOf(batch), performance.now());
        this.#emit({ type: 'loading', progress: meter.measure(performance.now()) });
      });
      // When the batch before fails, nobody waits for this one any more.
      arrival.catch(() => undefined);
      await before;
      before = arrival;
    }
    await before;
  }
}
