import { concatBytes } from '../bytes/index.ts';
import { AppError } from '../errors/index.ts';
import { cleanText } from '../text/index.ts';
import {
  readDeb,
  readFileList,
  skimDeb,
  type DebEntry,
  type DebOptions,
  type FileList,
  type ListedFile,
  type RandomAccess,
} from './archive/index.ts';
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
 * @throws AppError `archive/*`, `format/invalid`
 */
export async function readDebFacts(source: AsyncIterable<Uint8Array>, options: DebOptions): Promise<DebFacts> {
  return factsOf(await surveyDeb(source, options));
}

/**
 * The same without unpacking what the package installs, where it brings a list of that (`LIST_MEMBER`): that is taken on trust
 * until the package is read whole to be written.
 * @returns undefined where it brings none
 * @throws AppError `archive/*`, `format/invalid`
 */
export async function skimDebFacts(file: RandomAccess, options: DebOptions): Promise<DebFacts | undefined> {
  const data = await readFileList(file, options);
  if (!data) return undefined;
  const { control, effects } = await survey(skimDeb(file, options));
  return factsOf({ control, data, effects });
}

/** What is in a package. */
export interface DebSurvey {
  readonly control: ControlFacts;
  readonly data: FileList;
  /** Undefined where it does not say what setting it up leaves. */
  readonly effects: FileList | undefined;
}

/** What a package is found to have when it is read whole. @throws AppError `archive/*`, `format/invalid` */
export function surveyDeb(source: AsyncIterable<Uint8Array>, options: DebOptions): Promise<DebSurvey> {
  return survey(readDeb(source, { ...options, extras: true }));
}

async function survey(entries: AsyncIterable<DebEntry>): Promise<DebSurvey> {
  const control: ControlFiles = new Map();
  const found: Record<'data' | 'effects', ListedFile[]> = { data: [], effects: [] };
  let hasEffects = false;
  for await (const entry of entries) {
    expectOneLine(entry);
    hasEffects ||= entry.part === 'effects';
    if (entry.part !== 'control') found[entry.part].push({ path: entry.path, type: entry.type });
    else if (entry.type === 'file') control.set(entry.path, await controlFileOf(entry));
  }
  return { control: controlFactsOf(control), data: found.data, effects: hasEffects ? found.effects : undefined };
}

function factsOf({ control, data, effects }: DebSurvey): DebFacts {
  const paths = pathsOf(data);
  const known = new Set(paths);
  return {
    ...control,
    paths,
    folders: data.filter(({ type }) => type === 'folder').map(({ path }) => `/${path}`),
    links: pathsOf(data.filter(({ type }) => type === 'symbolic-link')),
    hasEffects: effects !== undefined,
    effects: pathsOf(effects ?? []).filter((path) => !known.has(path)),
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

function pathsOf(files: FileList): string[] {
  return files.filter(({ type }) => type !== 'folder').map(({ path }) => `/${path}`);
}

/** The content of a file of the control part. @throws AppError `archive/too-large` */
export async function controlFileOf({ path, size, body }: DebEntry): Promise<Uint8Array<ArrayBuffer>> {
  if (size > MOST_CONTROL_BYTES) throw new AppError('archive/too-large', { detail: `its file ${path} is too long` });
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece.slice());
  return concatBytes(pieces);
}
