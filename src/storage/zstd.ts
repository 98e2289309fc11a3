import { AppError } from '#domain/errors/index.ts';
import type { Compression } from '#ports/compression.ts';
import type * as zstd from '@bokuweb/zstd-wasm';

type Library = typeof zstd;

/** Seconds for a quarter of a megabyte of the app's own. */
const LOAD_SECONDS = 30;

/** The package has one instance a thread, so one promise of it is enough. */
let loading: Promise<Compression> | undefined;

/**
 * zstd (BSD-3-Clause, compiled to WebAssembly), loaded when it is first needed.
 * @param wasm its WebAssembly, where this thread cannot fetch it at any time
 */
export function loadCompression(wasm?: () => Promise<Blob | undefined>): Promise<Compression> {
  loading ??= load(wasm);
  loading.catch(() => (loading = undefined));
  return loading;
}

async function load(wasm?: () => Promise<Blob | undefined>): Promise<Compression> {
  // Imported late: it fails at once where there is no WebAssembly, and the page has to say that itself.
  const library = await import('@bokuweb/zstd-wasm');
  const blob = await wasm?.();
  // In browsers it takes an address, which the types, those for Node, leave out.
  const { init }: { readonly init: (url?: string) => Promise<void> } = library;
  await inTime(init(blob && (await dataUrl(blob))));
  return {
    compress: (bytes, level) => new Uint8Array(library.compress(bytes, level)),
    decompress: (frame, limit) => decompressFrame(library, frame, limit),
  };
}

/** The library never answers when its WebAssembly cannot be fetched. @throws AppError `source/stalled` */
async function inTime(work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new AppError('source/stalled', { url: 'zstd.wasm', seconds: LOAD_SECONDS });
    timer = setTimeout(() => reject(error), LOAD_SECONDS * 1000);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** The library takes an address alone, and service workers have no `blob:` ones. */
async function dataUrl(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  // As many arguments as any engine takes.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return `data:application/wasm;base64,${btoa(text)}`;
}

function decompressFrame(library: Library, frame: Uint8Array, limit: number): Uint8Array<ArrayBuffer> {
  // The library allocates what the frame claims, before it looks at the content.
  const claimed = contentSize(frame);
  if (claimed === undefined) throw invalid('it does not begin as one');
  if (claimed !== 'unsaid' && claimed > limit) throw invalid(`it claims ${claimed} bytes, at most ${limit} fit`);
  try {
    // Room for the limit is made where a frame does not claim anything; the library stops at its end.
    const content = library.decompress(frame, { defaultHeapSize: limit });
    if (claimed === 'unsaid' || content.length === claimed) return new Uint8Array(content);
  } catch (cause) {
    throw invalid('it is damaged', cause);
  }
  throw invalid('it holds less than it claims');
}

/** Bytes of the longest header (RFC 8878, 3.1.1.1: magic, descriptor, window, dictionary, content size). */
const MAX_HEADER_BYTES = 18;
const MAGIC = 0xfd2fb528;

/** Content size in a zstd frame's header, which does not have to say (RFC 8878, 3.1.1.1); undefined when there is no frame. */
function contentSize(frame: Uint8Array): number | 'unsaid' | undefined {
  const header = new Uint8Array(MAX_HEADER_BYTES);
  header.set(frame.subarray(0, MAX_HEADER_BYTES));
  const view = new DataView(header.buffer);
  if (view.getUint32(0, true) !== MAGIC) return undefined;
  const descriptor = view.getUint8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  return sizeField(view, 5 + (singleSegment ? 0 : 1) + dictionaryBytes, descriptor >> 6, singleSegment);
}

function sizeField(view: DataView, at: number, flag: number, singleSegment: boolean): number | 'unsaid' {
  if (flag === 1) return view.getUint16(at, true) + 256;
  if (flag === 2) return view.getUint32(at, true);
  if (flag === 3) return Number(view.getBigUint64(at, true));
  return singleSegment ? view.getUint8(at) : 'unsaid';
}

function invalid(detail: string, cause?: unknown): AppError {
  return new AppError('format/invalid', { what: 'A zstd frame', detail }, { cause });
}
