import { md5 } from '@noble/hashes/legacy.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { concatBytes } from '../../bytes/index.ts';
import { encodeName, readDeb, type DebEntry, type DebOptions } from '../archive/index.ts';
import { plainHeader, TAR_END, tarHead, tarPadding } from '../archive/write-tar.ts';
import { controlOf, type DebFacts } from '../deb-facts.ts';
import { DEBCONF_FILES, isWritten } from './effects.ts';
import type { UnpackRules } from './rules.ts';
import { renderStatus } from './status-stanza.ts';
import { activatedBy, interestsOf } from './triggers.ts';

const INFO = 'var/lib/dpkg/info';
/** How dpkg calls a configuration file until its package is configured. */
const NEW_CONFFILE = '.dpkg-new';

/** What comes onto a machine for packages: files, and what is added to those that are there. */
export interface DirectFiles {
  /** A tar archive, its paths from the root. */
  readonly archive: Uint8Array<ArrayBuffer>;
  /** Text that is added at the ends of files, by their path from the root. */
  readonly added: Readonly<Record<string, string>>;
}

export interface DirectOptions extends DebOptions {
  /** Whether the package's effects come with it, so that nothing is left to be run. */
  readonly isConfigured: boolean;
}

/** Makes one archive of packages. */
export class DirectArchive {
  readonly #rules: UnpackRules;
  readonly #pieces: Uint8Array[] = [];
  readonly #added = new Map<string, string>();
  #size = 0;

  constructor(rules: UnpackRules) {
    this.#rules = rules;
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  /**
   * @param facts what was read of the package before, and `canWriteDirectly`
   * @throws AppError `archive/*`
   */
  async add(source: AsyncIterable<Uint8Array>, facts: DebFacts, options: DirectOptions): Promise<void> {
    const control = controlOf(facts);
    const qualified =
      control.get('Multi-Arch') === 'same' ? `${facts.name}:${control.get('Architecture')}` : facts.name;
    const list: string[] = [];
    const hashes = new Map<string, string>();
    for await (const entry of readDeb(source, { ...options, extras: options.isConfigured })) {
      if (entry.part === 'control') await this.#addControl(entry, qualified);
      else if (entry.part === 'effects') await this.#addEffect(entry);
      else {
        list.push(listed(entry));
        await this.#addData(entry, facts, options, hashes);
      }
    }
    this.#addFile(`${INFO}/${qualified}.list`, encodeName(`${list.join('\n')}\n`));
    this.#database(control, facts, { qualified, list, hashes, options });
  }

  finish(): DirectFiles {
    this.#put(TAR_END);
    return { archive: concatBytes(this.#pieces), added: Object.fromEntries(this.#added) };
  }

  async #addControl(entry: DebEntry, qualified: string): Promise<void> {
    if (entry.type !== 'file' || entry.path === 'control' || entry.path.includes('/')) return;
    await this.#addEntry(entry, `${INFO}/${qualified}.${entry.path}`);
  }

  async #addData(entry: DebEntry, facts: DebFacts, options: DirectOptions, hashes: Map<string, string>): Promise<void> {
    const mayHold = entry.type === 'folder' || entry.type === 'symbolic-link';
    if (entry.path === '' || !this.#rules.filters.keeps(`/${entry.path}`, mayHold)) return;
    if (!facts.conffiles.includes(`/${entry.path}`)) return this.#addEntry(entry, entry.path);
    const content = await bytesOf(entry);
    hashes.set(`/${entry.path}`, bytesToHex(md5(content)));
    this.#addFile(options.isConfigured ? entry.path : entry.path + NEW_CONFFILE, content, entry);
  }

  async #addEffect(entry: DebEntry): Promise<void> {
    const database = DEBCONF_FILES.find((path) => path === entry.path);
    if (database) this.#append(database, `\n${new TextDecoder().decode(await bytesOf(entry)).trim()}\n`);
    else if (entry.path !== '' && isWritten(entry.path)) await this.#addEntry(entry, entry.path);
  }

  #database(control: ReturnType<typeof controlOf>, facts: DebFacts, made: Made): void {
    const { qualified, list, hashes, options } = made;
    const conffiles = facts.conffiles.map((path) => ({
      path,
      md5: options.isConfigured ? hashes.get(path) : undefined,
    }));
    this.#append(
      'var/lib/dpkg/status',
      renderStatus(control, options.isConfigured ? 'installed' : 'unpacked', conffiles),
    );
    for (const [file, line] of interestsOf(facts.triggers, qualified))
      this.#append(`var/lib/dpkg/triggers/${file}`, `${line}\n`);
    for (const trigger of activatedBy(facts.triggers, list, this.#rules))
      this.#append('var/lib/dpkg/triggers/Unincorp', `${trigger} -\n`);
  }

  async #addEntry(entry: DebEntry, name: string): Promise<void> {
    for (const piece of tarHead({ ...entry, name, linkName: entry.linkPath ?? entry.linkName })) this.#put(piece);
    for await (const piece of entry.body) this.#put(piece.slice());
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

/** What is known of a package once it has been read. */
interface Made {
  /** Its name, with the architecture where several of it may be on a machine. */
  readonly qualified: string;
  readonly list: readonly string[];
  /** MD5 of configuration files, by path. */
  readonly hashes: ReadonlyMap<string, string>;
  readonly options: DirectOptions;
}

/** As dpkg lists it: absolute, the root itself as `/.`. */
function listed({ name }: DebEntry): string {
  const path = name.replace(/^\.?\/+/, '').replace(/\/+$/, '');
  return path === '' || path === '.' ? '/.' : `/${path}`;
}

async function bytesOf({ body }: DebEntry): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece.slice());
  return concatBytes(pieces);
}
