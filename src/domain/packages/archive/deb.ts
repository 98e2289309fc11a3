import { AppError } from '../../errors/index.ts';
import { cleanText } from '../../text/index.ts';
import { readAr, type ArMember } from './ar.ts';
import { expectMagic, formatOf, type Decompress } from './compression.ts';
import { ARCHIVE_LIMITS, Meter, type ArchiveLimits } from './limits.ts';
import { EFFECTS_MEMBER } from './effects-member.ts';
import { PathGuard, type GuardedPath } from './path-guard.ts';
import { readTar } from './tar.ts';
import type { TarEntry } from './tar-entry.ts';

/** A file of a package. */
export interface DebEntry extends TarEntry, GuardedPath {
  /** `control` for what is known of the package and its scripts, `data` for what is installed, `effects`: see `direct/effects.ts`. */
  readonly part: DebPart;
}

type DebPart = 'control' | 'data' | 'effects';

export interface DebOptions {
  readonly decompress: Decompress;
  readonly limits?: ArchiveLimits;
  readonly signal?: AbortSignal | undefined;
  /** Reads the part with the package's effects too, where there is one. Default false: it is no part of Debian's. */
  readonly extras?: boolean;
}

/** Bytes of the member that says the format's version: a line, and perhaps others that later versions add. */
const MAX_VERSION_BYTES = 1024;

/**
 * The files of a Debian package (deb(5), format 2), those of `control` first, as they are read. Nothing of them may be
 * taken for good before all have been read: checks come last.
 * @throws AppError `archive/foreign`, `archive/damaged`, `archive/truncated`, `archive/unsupported`,
 * `archive/escape`, `archive/too-large`
 */
export async function* readDeb(
  source: AsyncIterable<Uint8Array>,
  { decompress, limits = ARCHIVE_LIMITS, signal, extras = false }: DebOptions,
): AsyncGenerator<DebEntry, void> {
  const meter = new Meter(limits);
  let expected: 'version' | DebPart = 'version';
  for await (const member of readAr(source, { signal })) {
    if (expected === 'version') {
      await expectVersion(member);
      expected = 'control';
    } else if (expected === 'effects') {
      if (member.name === EFFECTS_MEMBER) return yield* readPart(member, expected, { decompress, meter, signal });
    } else if (!member.name.startsWith('_')) {
      expectName(member, expected);
      yield* readPart(member, expected, { decompress, meter, signal });
      await member.body.pass();
      // What follows is for versions to come, and for us.
      if (expected === 'data' && !extras) return;
      expected = expected === 'data' ? 'effects' : 'data';
    }
  }
  if (expected === 'effects') return;
  throw new AppError('archive/truncated', { what: 'The package', detail: `it has no ${expected} part` });
}

async function expectVersion({ name, size, body }: ArMember): Promise<void> {
  if (name !== 'debian-binary' || size > MAX_VERSION_BYTES)
    throw new AppError('archive/foreign', { detail: 'it is an archive of another kind' });
  const [, major] = /^(\d+)\.\d+\n/.exec(String.fromCharCode(...(await body.bytes()))) ?? [];
  if (major === undefined) throw new AppError('archive/foreign', { detail: 'it does not say which format it has' });
  if (Number(major) !== 2)
    throw new AppError('archive/unsupported', { what: 'The package', detail: `its format has the version ${major}` });
}

function expectName({ name }: ArMember, part: DebPart): void {
  if (name === `${part}.tar` || name.startsWith(`${part}.tar.`)) return;
  const detail = `“${cleanText(name)}” stands where ${part}.tar has to be`;
  throw new AppError('archive/damaged', { what: 'The package', detail });
}

interface PartOptions {
  readonly decompress: Decompress;
  readonly meter: Meter;
  readonly signal: AbortSignal | undefined;
}

async function* readPart(
  { name, body }: ArMember,
  part: DebPart,
  { decompress, meter, signal }: PartOptions,
): AsyncGenerator<DebEntry, void> {
  const what = cleanText(name);
  const format = formatOf(what);
  const packed = meter.packed(format ? expectMagic(format, what, body) : body);
  const content = format ? decompress({ format, what, limit: meter.left }, packed) : packed;
  const guard = new PathGuard();
  for await (const entry of readTar(meter.content(content), { what, meter, signal })) {
    yield { ...entry, ...guard.next(entry), part };
  }
}
