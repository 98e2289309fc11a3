import { isGrowth, SECTOR_BYTES } from '../disk/index.ts';
import { AppError } from '../errors/index.ts';
import { adopt, pack, planMerge, planMove, type CompactionPlan, type LogParts, type Packed } from './compaction.ts';
import { DiskContent } from './disk-content.ts';
import { SEGMENT_BYTES, UNIT_BYTES } from './form.ts';
import { countNeeded, neededEntries, type DiskEntry, type DiskOutline } from './disk-copy.ts';
import { EMPTY_HISTORY, recordsBefore, versionOf, type History } from './history.ts';
import { LogFile } from './log-file.ts';
import { LogWriter } from './log-writer.ts';
import { ManifestSlots } from './manifest-slots.ts';
import type { Checkpoint, DiskIdentity, Manifest } from './manifest.ts';
import { recover } from './recovery.ts';
import type { SyncFile } from './sync-file.ts';

/** Bytes that one step of compaction copies at most: some tens of milliseconds. */
const STEP_BYTES = 8 * 1024 * 1024;
/** Segments after which a manifest is written, so that opening has no more than these to replay. */
const REPLAYED_SEGMENTS = 64;
/** The log may take so many times its live bytes, and some segments, before a write has to wait for compaction … */
const MOST_SPACE = { times: 3, segments: 16 };
/** … and is compacted at leisure from here on. */
const FAIR_SPACE = { times: 1.5, segments: 2 };

/** The files that a log lies in; all belong to it alone. */
export interface OverlayFiles {
  readonly log: SyncFile;
  readonly manifests: readonly [SyncFile, SyncFile];
}

/** What a commit changes beside adding what was written. */
interface Change {
  readonly head?: History;
  readonly grownTo?: number | undefined;
  readonly checkpoints?: readonly Checkpoint[];
  readonly packed?: readonly Packed[];
  readonly victims?: readonly number[];
}

/**
 * What a guest has written to a disk, kept in files: a log of block writes in the order in which the guest made them.
 * After a crash at any point it holds all that was written before the last `flush` that returned, and of what came after
 * a beginning, never a part from the middle. Its form and the reasons for it: docs/overlay-format.md.
 */
export class OverlayLog {
  readonly #disk: DiskIdentity;
  readonly #slots: ManifestSlots;
  readonly #files: OverlayFiles;
  readonly #parts: LogParts;
  readonly #writer: LogWriter;
  readonly #incarnation: number;
  #head: History;
  #grownTo: number | undefined;
  #checkpoints: readonly Checkpoint[];
  /** Segments since the last manifest, and how many there may be until a write waits for compaction. */
  #uncommitted = 0;
  #compactAt: number;

  /** @throws AppError `storage/damaged`, `storage/newer`, `storage/full`, `storage/unavailable` */
  static open(files: OverlayFiles, disk: DiskIdentity, segmentBytes = SEGMENT_BYTES): OverlayLog {
    const slots = new ManifestSlots(files.manifests);
    const manifest = slots.load() ?? firstManifest(files, disk, segmentBytes);
    if (manifest.disk.bytes !== disk.bytes || manifest.disk.base !== disk.base) {
      throw new AppError('storage/damaged', { detail: 'it belongs to another disk' });
    }
    return new OverlayLog(files, slots, manifest);
  }

  private constructor(files: OverlayFiles, slots: ManifestSlots, manifest: Manifest) {
    const file = new LogFile(files.log, manifest.segmentBytes);
    const { segments, nextRecord } = recover(file, manifest);
    const content = new DiskContent(segments, file);
    this.#files = files;
    this.#slots = slots;
    this.#disk = manifest.disk;
    this.#head = manifest.head;
    this.#grownTo = manifest.grownTo;
    this.#checkpoints = manifest.checkpoints;
    this.#parts = { file, segments, content };
    this.#incarnation = manifest.incarnation + 1;
    this.#writer = new LogWriter(this.#parts, this.#incarnation, nextRecord);
    this.#rebuild();
    // Before anything is written, so that what a crash has left behind the last record is never taken for a part of it.
    this.#commit({});
    // Both files have their room from the beginning.
    if (manifest.generation === 0) this.#commit({});
    file.cut(segments.end);
    this.#compactAt = this.#limit(MOST_SPACE);
  }

  /** Bytes of the log on the device. */
  get bytes(): number {
    return this.#parts.file.bytes;
  }

  /** Of these, bytes that the disk or a checkpoint needs. */
  get liveBytes(): number {
    return this.#parts.content.live;
  }

  /** Bytes of the disk. */
  get size(): number {
    return this.#grownTo ?? this.#disk.bytes;
  }

  /** The same; undefined where it is as large as what lies below. */
  get grownTo(): number | undefined {
    return this.#grownTo;
  }

  /** Changes with every write and every `restore`; the same again after a `restore` of the checkpoint that had it. */
  get version(): number {
    return versionOf(this.#head, this.#writer.nextRecord);
  }

  /** True when something was written that is not known to be on the device. */
  get dirty(): boolean {
    return this.#parts.file.dirty;
  }

  get checkpoints(): readonly Checkpoint[] {
    return this.#checkpoints;
  }

  /** True when every sector of the range was written, so that the base is not needed. */
  covers(start: number, length: number): boolean {
    return this.#parts.content.covers(start, length);
  }

  /**
   * Lays the written sectors of the range over `target`, which holds the base's bytes from `start` on.
   * @throws AppError `storage/damaged`, `storage/unavailable`
   */
  apply(start: number, target: Uint8Array): void {
    this.#parts.content.apply(start, target);
  }

  /**
   * Writes whole sectors. `start` and the length are multiples of SECTOR_BYTES. When it throws, a beginning of it may have
   * been written; it can be repeated.
   * @throws AppError `storage/full`, `storage/damaged`, `storage/unavailable`
   */
  write(start: number, bytes: Uint8Array): void {
    if (start % SECTOR_BYTES !== 0 || bytes.length % SECTOR_BYTES !== 0 || start + bytes.length > this.size) {
      throw new RangeError(`${bytes.length} bytes at ${start} are no sectors of the disk`);
    }
    this.#settle();
    for (let at = 0; at < bytes.length;) {
      this.#makeRoom();
      at += this.#append(start + at, bytes.subarray(at));
    }
  }

  /** When it returns, all that was written is on the device. @throws AppError `storage/full`, `storage/unavailable` */
  flush(): void {
    this.#settle();
    this.#parts.file.flush();
    this.#writer.flushed();
  }

  /**
   * Makes the disk larger; what is new reads as the base beyond its end, which is zeros. It is so after a crash, too.
   * @param bytes as `isGrowth` has it
   * @throws AppError `storage/full`, `storage/unavailable`; then nothing has changed
   */
  grow(bytes: number): void {
    if (!isGrowth(this.size, bytes)) throw new RangeError(`a disk cannot grow to ${bytes} bytes`);
    this.#commit({ grownTo: bytes });
  }

  /** Keeps the disk as it is now, under a name that is not taken. The blocks are shared until they are overwritten. */
  checkpoint(id: string, note: string): void {
    if (this.#checkpoints.some((each) => each.id === id)) throw new RangeError(`there is a checkpoint ${id}`);
    const spans = recordsBefore(this.#writer.nextRecord, this.#head);
    this.#commit({ checkpoints: [...this.#checkpoints, { id, note, spans, grownTo: this.#grownTo }] });
    this.#parts.content.pin();
  }

  /** Changes a checkpoint's note. */
  annotate(id: string, note: string): void {
    this.#commit({ checkpoints: this.#checkpoints.map((each) => (each.id === id ? { ...each, note } : each)) });
  }

  /** Makes the disk what it was, as large as it was. */
  restore(id: string): void {
    const checkpoint = this.#checkpoints.find((each) => each.id === id);
    if (!checkpoint) throw new RangeError(`there is no checkpoint ${id}`);
    const { spans, grownTo } = checkpoint;
    this.#commit({ head: { spans, since: this.#writer.nextRecord }, grownTo });
    this.#rebuild();
  }

  /** Forgets a checkpoint; what only it needed is freed by and by. */
  forget(id: string): void {
    this.#commit({ checkpoints: this.#checkpoints.filter((each) => each.id !== id) });
    this.#rebuild();
  }

  /** What the disk and its checkpoints consist of now, beside the blocks. */
  outline(): DiskOutline {
    const { nextRecord } = this.#writer;
    const head = recordsBefore(nextRecord, this.#head);
    const entries = countNeeded(this.#parts);
    return { disk: this.#disk, grownTo: this.#grownTo, nextRecord, head, checkpoints: this.#checkpoints, entries };
  }

  /**
   * The blocks of the disk and of its checkpoints, each once. Nothing may be written meanwhile.
   * @throws AppError `storage/damaged`, `storage/unavailable`
   */
  entries(): Iterable<DiskEntry> {
    return neededEntries(this.#parts);
  }

  /** One step of compaction, for moments in which nobody waits. False when there is nothing to gain. */
  compact(): boolean {
    this.#settle();
    if (this.#parts.segments.end <= this.#limit(FAIR_SPACE)) return false;
    // The last one may be what keeps the file long.
    this.#writer.seal();
    const plan = planMerge(this.#parts, STEP_BYTES) ?? planMove(this.#parts, STEP_BYTES);
    if (plan) this.#run(plan);
    return plan !== undefined;
  }

  /** Puts everything on the device, so that the next opening has nothing to replay, and closes the files. */
  close(): void {
    try {
      this.#writer.seal();
      this.#commit({});
    } finally {
      for (const file of [this.#files.log, ...this.#files.manifests]) file.close();
    }
  }

  #append(start: number, bytes: Uint8Array): number {
    try {
      return this.#writer.write(start, bytes);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'storage/full') throw error;
      // There is room in what nobody needs any more.
      const plan = planMerge(this.#parts, 0);
      if (!plan || plan.groups.length > 0) throw error;
      this.#run(plan);
      return this.#writer.write(start, bytes);
    }
  }

  /** Before a segment is begun: keeps the log within its bounds. */
  #makeRoom(): void {
    if (!this.#writer.atSegmentEnd) return;
    this.#writer.seal();
    this.#uncommitted++;
    if (this.#parts.segments.count >= this.#compactAt) {
      const plan = planMerge(this.#parts, STEP_BYTES);
      if (plan) this.#run(plan);
      this.#compactAt = Math.max(this.#limit(MOST_SPACE), this.#parts.segments.count + 8);
    } else if (this.#uncommitted >= REPLAYED_SEGMENTS) {
      this.#commit({});
    }
  }

  #run(plan: CompactionPlan): void {
    const packed = pack(this.#parts, plan, () => this.#writer.newName());
    this.#commit({ packed, victims: plan.victims });
    adopt(this.#parts, packed, plan.victims);
    this.#parts.file.cut(this.#parts.segments.end);
  }

  /** After a manifest that may or may not have been saved, one that is. */
  #settle(): void {
    if (!this.#slots.settled) this.#commit({});
  }

  /** When it returns, everything is on the device, and so is what the log consists of; when it throws, nothing has changed. */
  #commit(change: Change): void {
    const { head = this.#head, checkpoints = this.#checkpoints, packed = [], victims = [] } = change;
    const grownTo = 'grownTo' in change ? change.grownTo : this.#grownTo;
    this.#parts.file.flush();
    this.#writer.flushed();
    this.#slots.save({
      incarnation: this.#incarnation,
      disk: this.#disk,
      segmentBytes: this.#parts.file.segmentBytes,
      firstRecord: this.#writer.firstUnsealed,
      head,
      grownTo,
      checkpoints,
      segments: this.#rows(packed, new Set(victims)),
    });
    this.#head = head;
    this.#grownTo = grownTo;
    this.#checkpoints = checkpoints;
    this.#uncommitted = 0;
    this.#parts.segments.unreserve();
  }

  #rows(packed: readonly Packed[], victims: ReadonlySet<number>): Manifest['segments'] {
    const { segments } = this.#parts;
    const kept = [...segments.sealed].filter(([segment]) => !victims.has(segment));
    const all = kept.map(([segment, tableAt]) => ({ segment, tableAt, table: segments.table(segment) }));
    return [...all, ...packed].map(({ segment, tableAt, table: { name, count } }) => {
      return [segment, name.incarnation, name.id, tableAt / UNIT_BYTES, count] as const;
    });
  }

  #rebuild(): void {
    const checkpoints = this.#checkpoints.map(({ spans }) => ({ spans, since: Infinity }));
    this.#parts.content.rebuild(this.#head, checkpoints);
  }

  /** How many segments the live bytes may take. */
  #limit({ times, segments }: typeof MOST_SPACE): number {
    return (times * this.#parts.content.live) / this.#parts.file.segmentBytes + segments;
  }
}

/** @throws AppError `storage/damaged` when the log holds something, but nothing says what */
function firstManifest({ log }: OverlayFiles, disk: DiskIdentity, segmentBytes: number): Manifest {
  if (log.size > 0) throw new AppError('storage/damaged', { detail: 'the list of what it consists of is missing' });
  const nothing = { firstRecord: 0, head: EMPTY_HISTORY, checkpoints: [], segments: [] };
  return { generation: 0, incarnation: 0, disk, segmentBytes, ...nothing };
}
