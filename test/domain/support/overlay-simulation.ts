import { SECTOR_BYTES } from '#domain/disk/index.ts';
import { AppError } from '#domain/errors/index.ts';
import { OverlayLog, type OverlayFiles } from '#domain/overlay/index.ts';
import { DiskModel, isEqual, stamped, stateOf, type Checkpoints } from './disk-model.ts';
import { Crash, FaultyStore } from './faulty-store.ts';
import { Random } from './random.ts';

const MAX_SECTORS_WRITTEN = 40;

/**
 * A machine's disk over several lives: a guest writes, flushes, makes checkpoints and goes back to them, the log is
 * compacted, the device fills up or fails to flush, and the process ends at any operation on any file. After each end
 * the disk is compared with what it may hold.
 */
export class OverlaySimulation {
  readonly #random: Random;
  readonly #store: FaultyStore;
  readonly #model: DiskModel;
  readonly #segmentBytes: number;
  #log: OverlayLog | undefined;
  /** Writes are of one block, so that what one life leaves fits into what the next one writes. */
  readonly #uniform: boolean;
  /** What the guest writes next; each write can be told from all others. */
  #stamp = 1;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#store = new FaultyStore(this.#random);
    this.#segmentBytes = this.#random.of(16, 32, 64) * 1024;
    this.#uniform = this.#random.chance(0.2);
    // The last block is not always a whole one.
    this.#model = new DiskModel(8 + this.#random.below(250));
  }

  /** @throws Error that says what is wrong */
  run(): void {
    for (let lives = 1 + this.#random.below(this.#uniform ? 6 : 3); lives > 0; lives--) {
      this.#store.operationsLeft = this.#random.chance(0.9) ? this.#random.below(this.#uniform ? 25 : 100) : Infinity;
      this.#makeTrouble();
      try {
        this.#live();
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
      this.#end();
    }
  }

  #live(): void {
    this.#log = this.#patiently(() => this.#open(this.#store));
    this.#compare(this.#log);
    for (let steps = this.#random.below(50); steps > 0; steps--) this.#step(this.#log);
    if (this.#random.chance(0.5)) this.#patiently(() => this.#log?.flush());
    if (this.#random.chance(0.3)) this.#close(this.#log);
  }

  /** The process is over; another one finds what is left. */
  #end(): void {
    this.#store.crash();
    this.#calm();
    const log = this.#open(this.#store.clone());
    const ids = log.checkpoints.map(({ id }) => id);
    this.#model.recover(stateOf(log, this.#model.sectors), ids);
    if (this.#random.chance(0.3)) while (log.compact()) if (log.bytes > 2 ** 28) throw new Error('the log only grows');
    this.#compare(log);
    for (const [id, state] of this.#model.checkpoints) {
      log.restore(id);
      if (!isEqual(stateOf(log, this.#model.sectors), state)) throw new Error(`checkpoint ${id} has changed`);
    }
  }

  #step(log: OverlayLog): void {
    const dice = this.#random.below(100);
    if (dice < 60) this.#write(log);
    else if (dice < 75) this.#flush(log);
    else if (dice < 80) this.#keep(log);
    else if (dice < 83) this.#goBack(log);
    else if (dice < 86) this.#forget(log);
    else if (dice < 94) this.#patiently(() => this.#settled(() => log.compact()));
    else if (dice < 96) this.#makeTrouble();
    else this.#compare(log);
  }

  #write(log: OverlayLog): void {
    const { sectors } = this.#model;
    // Mostly whole blocks, and often the same ones.
    const unit = this.#uniform ? 8 : this.#random.of(8, 8, 8, 1);
    const first =
      Math.floor(this.#random.below(this.#random.chance(0.5) ? sectors : Math.min(sectors, 32)) / unit) * unit;
    const units = this.#uniform ? 1 : 1 + this.#random.below(MAX_SECTORS_WRITTEN / unit);
    const count = Math.min(units * unit, sectors - first);
    const stamp = this.#random.chance(0.15) ? 0 : this.#stamp++;
    this.#model.write(first, count, stamp);
    this.#patiently(() => this.#settled(() => log.write(first * SECTOR_BYTES, stamped(count, stamp))));
  }

  #flush(log: OverlayLog): void {
    this.#patiently(() => log.flush());
    this.#model.acknowledge();
  }

  #keep(log: OverlayLog): void {
    const id = `after ${this.#stamp++}`;
    const checkpoints = new Map([...this.#model.checkpoints, [id, this.#model.state]]);
    this.#commit({ checkpoints }, () => log.checkpoint(id, ''));
  }

  #goBack(log: OverlayLog): void {
    const [id, state] = this.#random.of(...this.#model.checkpoints) ?? [];
    if (id !== undefined && state) this.#commit({ state }, () => log.restore(id));
  }

  #forget(log: OverlayLog): void {
    const [id] = this.#random.of(...this.#model.checkpoints) ?? [];
    const checkpoints = new Map([...this.#model.checkpoints].filter(([each]) => each !== id));
    if (id !== undefined) this.#commit({ checkpoints }, () => log.forget(id));
  }

  #close(log: OverlayLog): void {
    try {
      log.close();
      this.#model.acknowledge();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }

  /** What may be given up when it fails. */
  #commit(change: { readonly state?: Int32Array; readonly checkpoints?: Checkpoints }, work: () => void): void {
    this.#model.attempt(change);
    try {
      work();
      this.#model.acknowledge(change);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (this.#random.chance(0.5)) this.#calm();
    }
  }

  #settled<T>(work: () => T): T {
    const result = work();
    this.#model.settle();
    return result;
  }

  /** Does what has to be done, again and again if need be. */
  #patiently<T>(work: () => T): T {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof AppError) || error.code === 'storage/damaged') throw error;
        if (this.#random.chance(0.3)) this.#store.quota += 64 * 1024;
      }
    }
    this.#calm();
    return work();
  }

  #open(store: FaultyStore): OverlayLog {
    const manifests: OverlayFiles['manifests'] = [store.file('manifest-0'), store.file('manifest-1')];
    const disk = { bytes: this.#model.sectors * SECTOR_BYTES, base: 'the test' };
    return OverlayLog.open({ log: store.file('log'), manifests }, disk, this.#segmentBytes);
  }

  #compare(log: OverlayLog): void {
    if (isEqual(stateOf(log, this.#model.sectors), this.#model.state)) return;
    throw new Error('the disk does not hold what was written');
  }

  #makeTrouble(): void {
    if (this.#random.chance(0.3)) this.#store.quota = this.#store.bytes + this.#random.below(200_000);
    if (this.#random.chance(0.2)) this.#store.flushFailures = 0.2;
    if (this.#random.chance(0.2)) this.#store.writeFailures = 0.1;
  }

  #calm(): void {
    this.#store.quota = Infinity;
    this.#store.flushFailures = 0;
    this.#store.writeFailures = 0;
  }
}
