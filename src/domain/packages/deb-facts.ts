import { concatBytes } from '../bytes/index.ts';
import { AppError } from '../errors/index.ts';
import { cleanText } from '../text/index.ts';
import { readDeb, type DebEntry, type DebOptions } from './archive/index.ts';
import { Stanza } from './deb822/index.ts';
import { parseTriggers, type TriggerLine } from './trigger-lines.ts';

/** What a package says of itself. */
export interface ControlFacts {
  readonly name: string;
  /** Its control file: a stanza, without an empty line after it. */
  readonly control: Uint8Array<ArrayBuffer>;
  /** Names of the scripts that it has: `preinst`, `postinst`, … */
  readonly scripts: ReadonlySet<string>;
  /** Lines of its list of configuration files: paths, perhaps with words before them. */
  readonly conffiles: readonly string[];
  readonly triggers: readonly TriggerLine[];
}

/** What has to be known of a package before it is installed. */
export interface DebFacts extends ControlFacts {
  /** All that it puts on a machine but folders, as absolute paths. */
  readonly paths: readonly string[];
  readonly folders: readonly string[];
  /** Those of `paths` that are symbolic links. */
  readonly links: readonly string[];
  /** Whether it says what setting it up leaves. */
  readonly hasEffects: boolean;
  /** What that puts on a machine but folders, beside `paths`; absolute. */
  readonly effects: readonly string[];
}

/** Bytes of a control file; that of a kernel has 3000. */
const MOST_CONTROL_BYTES = 1024 * 1024;

/**
 * Reads a package whole, so that what is wrong with it is found before anything is done with it.
 * @throws AppError `archive/*`
 */
export async function readDebFacts(source: AsyncIterable<Uint8Array>, options: DebOptions): Promise<DebFacts> {
  const control: ControlFiles = new Map();
  const entries: Record<'data' | 'effects', DebEntry[]> = { data: [], effects: [] };
  let hasEffects = false;
  for await (const entry of readDeb(source, { ...options, extras: true })) {
    expectOneLine(entry);
    hasEffects ||= entry.part === 'effects';
    if (entry.part !== 'control') entries[entry.part].push(entry);
    else if (entry.type === 'file') control.set(entry.path, await controlFileOf(entry));
  }
  const paths = pathsOf(entries.data);
  const known = new Set(paths);
  return {
    ...controlFactsOf(control),
    paths,
    folders: entries.data.filter(({ type }) => type === 'folder').map(({ path }) => `/${path}`),
    links: pathsOf(entries.data.filter(({ type }) => type === 'symbolic-link')),
    hasEffects,
    effects: pathsOf(entries.effects).filter((path) => !known.has(path)),
  };
}

/** The files of a package's control part, by name. */
export type ControlFiles = Map<string, Uint8Array<ArrayBuffer>>;

/** @throws AppError `archive/damaged` */
export function controlFactsOf(files: ControlFiles): ControlFacts {
  const control = files.get('control');
  if (!control) throw new AppError('archive/damaged', { what: 'The package', detail: 'it has no control file' });
  const textOf = (name: string): string => new TextDecoder().decode(files.get(name) ?? new Uint8Array());
  const lines = textOf('conffiles').split('\n');
  return {
    name: controlOf({ control }).require('Package'),
    control,
    scripts: new Set([...files.keys()].filter((name) => /^(?:pre|post)(?:inst|rm)$/.test(name))),
    conffiles: lines.filter((line) => line.trim() !== ''),
    triggers: parseTriggers(textOf('triggers')),
  };
}

/** A package's control file. */
export function controlOf({ control: bytes }: Pick<ControlFacts, 'control'>): Stanza {
  return new Stanza({ what: 'The package’s control file', bytes, start: 0, end: bytes.length, line: 1 });
}

/** dpkg refuses other names: in its lists of files each has a line. */
function expectOneLine({ path }: DebEntry): void {
  if (path.includes('\n'))
    throw new AppError('archive/damaged', { what: `“${cleanText(path)}”`, detail: 'its name has more than one line' });
}

function pathsOf(entries: readonly DebEntry[]): string[] {
  return entries.filter(({ type }) => type !== 'folder').map(({ path }) => `/${path}`);
}

/** The content of a file of the control part. @throws AppError `archive/too-large` */
export async function controlFileOf({ path, size, body }: DebEntry): Promise<Uint8Array<ArrayBuffer>> {
  if (size > MOST_CONTROL_BYTES) throw new AppError('archive/too-large', { detail: `its file ${path} is too long` });
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece.slice());
  return concatBytes(pieces);
}
