import { md5 } from '@noble/hashes/legacy.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { concatBytes } from '../../bytes/index.ts';
import { encodeName, readDeb, type DebEntry, type DebOptions } from '../archive/index.ts';
import { plainHeader, TAR_END, tarHead, tarPadding } from '../archive/write-tar.ts';
import { controlFactsOf, controlFileOf, controlOf, type ControlFacts, type ControlFiles } from '../deb-facts.ts';
import { DEBCONF_FILES, isWritten } from './effects.ts';
import type { UnpackRules } from './rules.ts';
import { renderStatus } from './status-stanza.ts';
import { activatedBy, interestsOf } from './triggers.ts';

const DPKG = 'var/lib/dpkg';
/** How dpkg calls a configuration file until its package is configured. */
const NEW_CONFFILE = '.dpkg-new';

/** Bytes from which on a file comes beside the archive: writing it by itself costs the guest starting a program. */
const LARGE_BYTES = 1024 * 1024;
/** Paths that a shell takes as they are. */
const PLAIN_PATH = /^[\w./+-]+$/;

/** A file that is in the archive without its content, which is put into it afterwards. */
export interface LargeFile {
  /** From the root; without anything that means something to a shell. */
  readonly path: string;
  /** Of its last change, in seconds since 1970. */
  readonly mtime: number;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** What comes onto a machine for packages: files, and what is added to those that are there. */
export interface DirectFiles {
  /** A tar archive, its paths from the root. */
  readonly archive: Uint8Array<ArrayBuffer>;
  readonly large: readonly LargeFile[];
  /** Text that is added at the ends of files, by their path from the root. */
  readonly added: Readonly<Record<string, string>>;
}

export interface DirectOptions extends DebOptions {
  /** Whether the package's effects come with it, so that nothing is left to be run. */
  readonly isConfigured: boolean;
}

/** A package that is being read. */
interface Reading {
  readonly facts: ControlFacts;
  /** Its name, with the architecture where several of it may be on a machine. */
  readonly qualified: string;
  readonly isConfigured: boolean;
  /** Its paths, as dpkg lists them. */
  readonly list: string[];
  /** Symbolic links: dpkg makes them when all else is there. */
  readonly links: DebEntry[];
  /** MD5 of its files, by path: of configuration files, and of all where the package has no list of them. */
  readonly hashes: Map<string, string>;
  /** dpkg makes that list then. */
  readonly hasSums: boolean;
}

/** Makes one archive of packages for which `canWriteDirectly` says so. */
export class DirectArchive {
  readonly #rules: UnpackRules;
  readonly #pieces: Uint8Array[] = [];
  readonly #large: LargeFile[] = [];
  readonly #added = new Map<string, string>();
  #size = 0;

  constructor(rules: UnpackRules) {
    this.#rules = rules;
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  /** Adds a package. What it says of its files is compared with them. @throws AppError `archive/*`, `format/invalid` */
  async add(source: AsyncIterable<Uint8Array>, options: DirectOptions): Promise<void> {
    const control: ControlFiles = new Map();
    const headers: DebEntry[] = [];
    let reading: Reading | undefined;
    for await (const entry of readDeb(source, { ...options, extras: true })) {
      if (entry.part === 'control') {
        if (entry.type !== 'file') continue;
        control.set(entry.path, await controlFileOf(entry));
        headers.push(entry);
      } else {
        reading ??= beginReading(control, options);
        if (entry.part === 'effects') await this.#addLinks(reading);
        if (entry.part === 'effects') await this.#addEffect(entry, reading);
        else if (entry.type === 'symbolic-link') reading.links.push(entry);
        else await this.#addData(entry, reading);
      }
    }
    reading ??= beginReading(control, options);
    await this.#addLinks(reading);
    this.#end(reading, control, headers);
  }

  finish(): DirectFiles {
    this.#put(TAR_END);
    return { archive: concatBytes(this.#pieces), large: this.#large, added: Object.fromEntries(this.#added) };
  }

  async #addData(entry: DebEntry, reading: Reading): Promise<void> {
    reading.list.push(listed(entry));
    const mayHold = entry.type === 'folder' || entry.type === 'symbolic-link';
    if (entry.path === '' || !this.#rules.filters.keeps(`/${entry.path}`, mayHold)) return;
    if (entry.type === 'file') return this.#addDataFile(entry, reading);
    const target = entry.linkPath === undefined ? undefined : reading.hashes.get(`/${entry.linkPath}`);
    if (target !== undefined) reading.hashes.set(`/${entry.path}`, target);
    await this.#addEntry(entry);
  }

  async #addLinks(reading: Reading): Promise<void> {
    for (const link of reading.links.splice(0)) await this.#addData(link, reading);
  }

  async #addDataFile(entry: DebEntry, { facts, hashes, hasSums, isConfigured }: Reading): Promise<void> {
    const path = `/${entry.path}`;
    const isConffile = facts.conffiles.includes(path);
    if (hasSums && !isConffile) return isLarge(entry) ? this.#addLarge(entry) : this.#addEntry(entry);
    const content = await bytesOf(entry);
    hashes.set(path, bytesToHex(md5(content)));
    this.#addFile(isConffile && !isConfigured ? entry.path + NEW_CONFFILE : entry.path, content, entry);
  }

  async #addLarge(entry: DebEntry): Promise<void> {
    this.#addFile(entry.path, new Uint8Array(), entry);
    const content = await bytesOf(entry);
    this.#large.push({ path: entry.path, mtime: Math.floor(entry.mtime), content });
    this.#size += content.length;
  }

  async #addEffect(entry: DebEntry, { isConfigured }: Reading): Promise<void> {
    if (!isConfigured) return;
    const database = DEBCONF_FILES.find((path) => path === entry.path);
    if (database) this.#append(database, `\n${new TextDecoder().decode(await bytesOf(entry)).trim()}\n`);
    else if (entry.path !== '' && isWritten(entry.path)) await this.#addEntry(entry);
  }

  /** What dpkg keeps of it. */
  #end(reading: Reading, control: ControlFiles, headers: readonly DebEntry[]) {
    const { facts, qualified, isConfigured, list, hashes, hasSums } = reading;
    for (const header of headers) {
      const content = control.get(header.path);
      if (content && header.path !== 'control' && !header.path.includes('/'))
        this.#addFile(`${DPKG}/info/${qualified}.${header.path}`, content, header);
    }
    this.#addFile(`${DPKG}/info/${qualified}.list`, encodeName(list.map((path) => `${path}\n`).join('')));
    const sums = list.flatMap((path) => (hashes.has(path) ? [`${hashes.get(path)}  ${path.slice(1)}\n`] : []));
    if (!hasSums) this.#addFile(`${DPKG}/info/${qualified}.md5sums`, encodeName(sums.join('')));
    const conffiles = facts.conffiles.map((path) => ({ path, md5: isConfigured ? hashes.get(path) : undefined }));
    const state = isConfigured ? 'installed' : 'unpacked';
    this.#append(`${DPKG}/status`, renderStatus(controlOf(facts), state, conffiles));
    for (const [file, line] of interestsOf(facts.triggers, qualified))
      this.#append(`${DPKG}/triggers/${file}`, `${line}\n`);
    for (const trigger of activatedBy(facts.triggers, list, this.#rules))
      this.#append(`${DPKG}/triggers/Unincorp`, `${trigger} -\n`);
  }

  async #addEntry(entry: DebEntry): Promise<void> {
    for (const piece of tarHead({ ...entry, name: entry.path, linkName: entry.linkPath ?? entry.linkName }))
      this.#put(piece);
    // What waited for the others has no body.
    if (entry.type === 'file') for await (const piece of entry.body) this.#put(piece.slice());
    this.#put(tarPadding(entry.size));
  }

  #addFile(name: string, content: Uint8Array, header: Partial<DebEntry> = {}): void {
    for (const piece of tarHead({ ...plainHeader(name), ...header, name, size: content.length })) this.#put(piece);
    this.#put(content);
    this.#put(tarPadding(content.length));
  }

  #put(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#size += piece.length;
  }

  #append(path: string, text: string): void {
    this.#added.set(path, (this.#added.get(path) ?? '') + text);
  }
}

function beginReading(control: ControlFiles, { isConfigured }: DirectOptions): Reading {
  const facts = controlFactsOf(control);
  const stanza = controlOf(facts);
  const isOneOfMany = stanza.get('Multi-Arch') === 'same';
  const qualified = isOneOfMany ? `${facts.name}:${stanza.require('Architecture')}` : facts.name;
  return { facts, qualified, isConfigured, list: [], links: [], hashes: new Map(), hasSums: control.has('md5sums') };
}

/** As dpkg lists it: absolute, the root itself as `/.`. */
function listed({ name }: DebEntry): string {
  const path = name.replace(/^\.?\/+/, '').replace(/\/+$/, '');
  return path === '' || path === '.' ? '/.' : `/${path}`;
}

function isLarge({ size, path }: DebEntry): boolean {
  return size >= LARGE_BYTES && PLAIN_PATH.test(path);
}

async function bytesOf({ body }: DebEntry): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece.slice());
  return concatBytes(pieces);
}
