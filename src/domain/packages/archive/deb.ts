import { AppError } from '../../errors/index.ts';
import { cleanText } from '../../text/index.ts';
import { readAr, skimAr, type ArMember, type ArOptions } from './ar.ts';
import { expectMagic, formatOf, type Decompress } from './compression.ts';
import { ARCHIVE_LIMITS, Meter, type ArchiveLimits } from './limits.ts';
import { EFFECTS_MEMBER, LIST_MEMBER } from './extra-members.ts';
import { decodeFileList, expectListed, expectShort, type FileList, type ListedFile } from './file-list.ts';
import { PathGuard, type GuardedPath } from './path-guard.ts';
import type { RandomAccess } from './random-access.ts';
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
  /**
   * Reads the parts that are not Debian's too, where they are: the package's effects, and the list that its data is compared with.
   * Default false.
   */
  readonly extras?: boolean;
}

/** Bytes of the member that says the format's version: a line, and perhaps others that later versions add. */
const MAX_VERSION_BYTES = 1024;

/**
 * The files of a Debian package (deb(5), format 2), those of `control` first, as they are read. Nothing of them may be
 * taken for good before all have been read: checks come last.
 * @throws AppError `archive/foreign`, `archive/damaged`, `archive/truncated`, `archive/unsupported`,
 * `archive/escape`, `archive/too-large`; with extras `format/invalid` for the list of its files
 */
export async function* readDeb(
  source: AsyncIterable<Uint8Array>,
  { decompress, limits = ARCHIVE_LIMITS, signal, extras = false }: DebOptions,
): AsyncGenerator<DebEntry, void> {
  const meter = new Meter(limits);
  const found: ListedFile[] = [];
  for await (const member of membersOf(readAr(source, { signal }))) {
    if (member.part === 'list') {
      expectListed(await listIn(member), found);
      continue;
    }
    for await (const entry of readPart(member, member.part, { decompress, meter, signal })) {
      if (entry.part === 'data' && extras) found.push({ path: entry.path, type: entry.type });
      yield entry;
    }
    await member.body.pass();
    // What follows is for versions to come, and for us.
    if (member.part === 'data' && !extras) return;
  }
}

/**
 * The files of a package in all parts but `data`, of which nothing is read.
 * @throws AppError as `readDeb`
 */
export async function* skimDeb(
  file: RandomAccess,
  { decompress, limits = ARCHIVE_LIMITS, signal }: Omit<DebOptions, 'extras'>,
): AsyncGenerator<DebEntry, void> {
  const meter = new Meter(limits);
  for await (const member of membersOf(skimAr(file, { signal }))) {
    const { part } = member;
    if (part !== 'data' && part !== 'list') yield* readPart(member, part, { decompress, meter, signal });
  }
}

/**
 * What a package says that its data part has.
 * @returns undefined where it says nothing
 * @throws AppError `archive/foreign`, `archive/damaged`, `archive/truncated`, `archive/unsupported`, `archive/too-large`, `format/invalid`
 */
export async function readFileList(file: RandomAccess, options: ArOptions = {}): Promise<FileList | undefined> {
  for await (const member of membersOf(skimAr(file, options))) if (member.part === 'list') return listIn(member);
  return undefined;
}

/** Whether `readFileList` has something to read. @throws AppError as it does, but `archive/too-large` and `format/invalid` */
export async function hasFileList(file: RandomAccess, options: ArOptions = {}): Promise<boolean> {
  for await (const { part } of membersOf(skimAr(file, options))) if (part === 'list') return true;
  return false;
}

/** A member of a package that is not passed over. */
interface DebMember extends ArMember {
  readonly part: DebPart | 'list';
}

/** Of our own, which come in any order behind Debian's, the first of each counts. */
async function* membersOf(members: AsyncIterable<ArMember>): AsyncGenerator<DebMember, void> {
  const extras = new Map<string, DebMember['part']>([
    [EFFECTS_MEMBER, 'effects'],
    [LIST_MEMBER, 'list'],
  ]);
  let expected: 'version' | 'control' | 'data' | undefined = 'version';
  for await (const member of members) {
    if (expected === 'version') {
      await expectVersion(member);
      expected = 'control';
    } else if (expected === undefined) {
      const part = extras.get(member.name);
      if (part) yield { ...member, part };
      extras.delete(member.name);
    } else if (!member.name.startsWith('_')) {
      expectName(member, expected);
      yield { ...member, part: expected };
      expected = expected === 'control' ? 'data' : undefined;
    }
  }
  if (expected) throw new AppError('archive/truncated', { what: 'The package', detail: `it has no ${expected} part` });
}

async function listIn({ size, body }: ArMember): Promise<FileList> {
  expectShort(size);
  return decodeFileList(await body.bytes());
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
