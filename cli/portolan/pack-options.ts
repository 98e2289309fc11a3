import { basename, extname } from 'node:path';
import type { BackupDescription } from '#domain/backup/index.ts';
import type { CatalogEntry, RuntimeDescription } from '#domain/container/index.ts';
import { idFrom, inspectDisk, readInitrd, readKernel, readThumbnail } from '../../publishing/index.ts';
import type { About, ImageParts } from '../../publishing/index.ts';
import { memoryBytes } from './options.ts';
import { UsageError } from './usage-error.ts';

const text = { type: 'string' } as const;

export const PACK_OPTIONS = {
  output: { type: 'string', short: 'o' },
  id: text,
  title: text,
  summary: text,
  tag: { type: 'string', multiple: true },
  replace: { type: 'boolean' },
  version: text,
  kernel: text,
  initrd: text,
  'command-line': text,
  memory: text,
  thumbnail: text,
  base: { type: 'string', multiple: true },
} as const;

/** What was given for them. */
export type PackValues = {
  readonly [name in Exclude<keyof typeof PACK_OPTIONS, 'tag' | 'base' | 'replace'>]?: string | undefined;
} & {
  readonly tag?: string[] | undefined;
  readonly base?: string[] | undefined;
  readonly replace?: boolean | undefined;
};

/** What is inside of a container, and so cannot be said anew of one that is packed. */
const INSIDE = ['version', 'kernel', 'initrd', 'command-line', 'memory', 'thumbnail'] as const;

const MIB = 1024 * 1024;
/** What the machine's config demands, and what a page can have. */
const [LEAST_MEMORY, MOST_MEMORY] = [16 * MIB, 2048 * MIB];
const DEFAULT_MEMORY = '256';
const DEFAULT_COMMAND_LINE = 'root=/dev/sda rw console=ttyS0';
const DEFAULT_VERSION = '1';

const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** A packed container's entry as another catalog says it. @throws UsageError for what only an image can be given */
export function copyEntry(entry: CatalogEntry, values: PackValues): CatalogEntry {
  const inside = INSIDE.find((name) => values[name] !== undefined);
  if (inside !== undefined)
    throw new UsageError(`--${inside} is inside of the container, which is packed already: pack its image with it.`);
  return { ...entry, ...wordsOf(values, entry) };
}

/** What an image becomes a container with. @throws UsageError, FileError */
export async function imageParts(path: string, values: PackValues): Promise<ImageParts> {
  const [kernel, initrd, thumbnail] = await Promise.all([
    values.kernel === undefined ? undefined : readKernel(values.kernel),
    values.initrd === undefined ? undefined : readInitrd(values.initrd),
    values.thumbnail === undefined ? undefined : readThumbnail(values.thumbnail),
  ]);
  if (initrd && !kernel) throw new UsageError('--initrd needs a --kernel that reads it.');
  const disk = await inspectDisk(path, { anything: kernel !== undefined });
  const id = idFrom(basename(path, extname(path)));
  const said = { id, title: disk.label || (values.id ?? id), summary: '', tags: [] } as const;
  return {
    about: { ...wordsOf(values, said), version: values.version ?? DEFAULT_VERSION },
    disk,
    kernel,
    initrd,
    thumbnail,
    commandLine: values['command-line'] ?? DEFAULT_COMMAND_LINE,
    memory: memoryBytes(values.memory ?? DEFAULT_MEMORY, LEAST_MEMORY, MOST_MEMORY),
  };
}

/** What a machine becomes a container with. @throws UsageError */
export function machineAbout({ id, title }: BackupDescription['machine'], values: PackValues): About {
  const given = INSIDE.find((name) => name !== 'version' && values[name] !== undefined);
  if (given !== undefined) throw new UsageError(`--${given} is that of the machine’s container; it cannot be another.`);
  const said = { id: idFrom(id), title, summary: '', tags: [] } as const;
  return { ...wordsOf(values, said), version: values.version ?? DEFAULT_VERSION };
}

/** What a catalog says of a runtime. @throws UsageError for what `runtime.json` says, or what only a container has */
export function runtimeAbout(description: RuntimeDescription, values: PackValues): About {
  const given = INSIDE.find((name) => name !== 'thumbnail' && values[name] !== undefined);
  if (given === 'version') throw new UsageError('--version is said in the runtime’s runtime.json.');
  if (given !== undefined) throw new UsageError(`--${given} is for containers; this is a runtime.`);
  return { ...wordsOf(values, description), version: description.version };
}

type Words = Pick<CatalogEntry, 'id' | 'title' | 'summary'> & { readonly tags: readonly string[] };

/** What a catalog says of a container beside its content: what was given, else what was said before. */
function wordsOf(values: PackValues, before: Words): Pick<CatalogEntry, 'id' | 'title' | 'summary' | 'tags'> {
  const id = values.id ?? before.id;
  if (!ID.test(id))
    throw new UsageError(`“${id}” is no id: a-z 0-9 . _ -, at most 64, beginning with a letter or digit.`);
  return {
    id,
    title: shortText(values.title ?? before.title, '--title', 200),
    summary: shortText(values.summary ?? before.summary, '--summary', 2000),
    tags: (values.tag ?? before.tags).map((tag) => shortText(tag, '--tag', 200)),
  };
}

function shortText(value: string, name: string, limit: number): string {
  if (value.length <= limit) return value;
  throw new UsageError(`${name} has ${value.length} characters; ${limit} are possible.`);
}
