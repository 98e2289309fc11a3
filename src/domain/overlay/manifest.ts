import * as v from 'valibot';
import { AppError } from '../errors/index.ts';
import { alignUp, Page, PAGE_BYTES } from './form.ts';
import type { History, Span } from './history.ts';
import { xxh32 } from './xxh32.ts';

/** Of the form of all that a log consists of. Raised when an older program could not read it, … */
const VERSION = 2;
/** … which may read what has no disk that is larger than the container's. */
const VERSION_BEFORE_GROWTH = 1;
/** `portolan-overlay VERSION LENGTH SUM`, filled up with spaces: bytes of the text that follows, and its XXH32. */
const HEAD_BYTES = 64;
const HEAD = /^portolan-overlay (\d+) (\d+) ([0-9a-f]{8}) *\n$/;
const STRIPE_BYTES = 16;

const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const Spans = v.array(v.tuple([Count, Count]));

const ManifestSchema = v.object({
  generation: Count,
  incarnation: Count,
  disk: v.object({ bytes: Count, base: v.string() }),
  segmentBytes: Count,
  firstRecord: Count,
  head: v.object({ spans: Spans, since: Count }),
  grownTo: v.optional(Count),
  checkpoints: v.array(v.object({ id: v.string(), note: v.string(), spans: Spans, grownTo: v.optional(Count) })),
  segments: v.array(v.tuple([Count, Count, Count, Count, Count])),
});

/** The disk that a log belongs to. */
export interface DiskIdentity {
  /** Of what lies below. */
  readonly bytes: number;
  /** Names what lies below: a digest. */
  readonly base: string;
}

/** A state of the disk that was kept, and what its keeper noted with it. */
export interface Checkpoint {
  readonly id: string;
  readonly note: string;
  /** The records that it consists of. */
  readonly spans: readonly Span[];
  /** Bytes of the disk then, where it was larger than what lies below. */
  readonly grownTo?: number | undefined;
}

/** Where a sealed segment lies, its name, where its table begins in units from its beginning, and how many entries that has. */
type SegmentRow = readonly [place: number, incarnation: number, id: number, tableAt: number, entries: number];

/** What a log consists of, apart from what was written to it since. */
export interface Manifest {
  /** Counts the manifests: the higher one is the newer one. */
  readonly generation: number;
  /** Counts the openings of the log. */
  readonly incarnation: number;
  readonly disk: DiskIdentity;
  readonly segmentBytes: number;
  /** The log goes on behind the segments below with the segment that begins with this record. */
  readonly firstRecord: number;
  /** What the disk consists of now. */
  readonly head: History;
  /** Bytes of the disk now, where it is larger than what lies below: behind that it is zeros until it is written. */
  readonly grownTo?: number | undefined;
  readonly checkpoints: readonly Checkpoint[];
  readonly segments: readonly SegmentRow[];
}

export function encodeManifest(manifest: Manifest): Uint8Array<ArrayBuffer> {
  const text = ascii(JSON.stringify(manifest));
  // In whole pages, so that a full device has room for the next one, which is hardly longer.
  const page = new Page(alignUp(HEAD_BYTES + text.length, PAGE_BYTES));
  const length = page.bytes.length - HEAD_BYTES;
  page.bytes.fill(0x20);
  putText(page.bytes, HEAD_BYTES, text);
  const sum = xxh32(page.words, HEAD_BYTES / 4, page.words.length, 0);
  const version = [manifest, ...manifest.checkpoints].some(isGrown) ? VERSION : VERSION_BEFORE_GROWTH;
  putText(page.bytes, 0, `portolan-overlay ${version} ${length} ${sum.toString(16).padStart(8, '0')}`);
  page.bytes[HEAD_BYTES - 1] = 0x0a;
  return page.bytes;
}

/**
 * The manifest that a file holds, or undefined when it holds none, or not all of one.
 * @throws AppError `storage/newer`
 */
export function decodeManifest(file: Uint8Array): Manifest | undefined {
  const [, version, length, sum] = HEAD.exec(textOf(file.subarray(0, HEAD_BYTES))) ?? [];
  const page = new Page(alignUp(Math.min(Number(length ?? 0), file.length), STRIPE_BYTES));
  if (page.bytes.length === 0 || page.bytes.length !== Number(length)) return undefined;
  page.bytes.set(file.subarray(HEAD_BYTES, HEAD_BYTES + page.bytes.length));
  if (xxh32(page.words, 0, page.words.length, 0) !== Number.parseInt(sum ?? '', 16)) return undefined;
  if (Number(version) > VERSION) throw new AppError('storage/newer', { version: Number(version), supported: VERSION });
  return v.parse(ManifestSchema, JSON.parse(textOf(page.bytes)));
}

function isGrown({ grownTo }: Pick<Manifest, 'grownTo'>): boolean {
  return grownTo !== undefined;
}

function ascii(json: string): string {
  return json.replaceAll(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function putText(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
}

function textOf(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}
