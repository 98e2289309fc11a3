import { Stanza, type StanzaPlace } from './deb822/index.ts';
import { parseRelations, type Alternatives } from './relation.ts';
import { isVersion } from './version.ts';

/** How packages of several architectures go together (Policy 5.6.x, Multi-Arch). */
export type MultiArch = 'no' | 'same' | 'foreign' | 'allowed';

/** Fields with relations, as they are called in a stanza. */
export type RelationField = 'Pre-Depends' | 'Depends' | 'Recommends' | 'Conflicts' | 'Breaks' | 'Replaces' | 'Provides';

/** Priorities from the most to the least important (Policy 2.5). */
const PRIORITIES = ['required', 'important', 'standard', 'optional', 'extra'];

/**
 * One package at one version, as a stanza of an index or of dpkg's status file describes it. Fields are read when they
 * are asked for, so each may throw AppError format/invalid.
 */
export class PackageEntry {
  readonly stanza: Stanza;
  readonly name: string;
  readonly version: string;
  /** As in the stanza: may be `all`. */
  readonly architecture: string;
  readonly #relations = new Map<RelationField, readonly Alternatives[]>();

  /** @throws AppError format/invalid without name, version and architecture */
  constructor(place: StanzaPlace) {
    this.stanza = new Stanza(place);
    this.name = this.stanza.require('Package');
    this.version = this.stanza.require('Version');
    this.architecture = this.stanza.require('Architecture');
    if (!/^[A-Za-z0-9][A-Za-z0-9+.-]*$/.test(this.name)) throw this.stanza.error(`“${this.name}” is no package name`);
    if (!isVersion(this.version)) throw this.stanza.error(`“${this.version}” is no version`);
  }

  get multiArch(): MultiArch {
    const value = this.stanza.get('Multi-Arch') ?? 'no';
    if (value === 'no' || value === 'same' || value === 'foreign' || value === 'allowed') return value;
    throw this.stanza.error(`Multi-Arch is “${value}”`);
  }

  /** A system without it may not be able to install anything: it is never removed. */
  get isEssential(): boolean {
    return this.stanza.get('Essential') === 'yes';
  }

  /** A system may not boot without it: it is removed no more than an essential one. */
  get isProtected(): boolean {
    return this.stanza.get('Protected') === 'yes' || this.stanza.get('Important') === 'yes';
  }

  /** 0 for required to 4 for extra; unknown ones come last. */
  get priority(): number {
    const at = PRIORITIES.indexOf(this.stanza.get('Priority') ?? '');
    return at === -1 ? PRIORITIES.length : at;
  }

  /** Bytes on disk, as the packager estimates them. */
  get installedBytes(): number {
    return 1024 * this.#number('Installed-Size');
  }

  /** Bytes of the .deb; 0 in a status file. */
  get downloadBytes(): number {
    return this.#number('Size');
  }

  /** Groups of alternatives; none where the field is missing. */
  relations(field: RelationField): readonly Alternatives[] {
    const known = this.#relations.get(field);
    if (known) return known;
    const text = this.stanza.get(field);
    const what = `${field} of ${this.name} ${this.version}`;
    const kind = field === 'Provides' ? 'provides' : 'binary';
    const groups = text === undefined ? [] : parseRelations(text, { what, kind });
    this.#relations.set(field, groups);
    return groups;
  }

  #number(field: string): number {
    const value = this.stanza.get(field) ?? '0';
    if (/^\d{1,15}$/.test(value)) return Number(value);
    throw this.stanza.error(`${field} is “${value}”`);
  }
}
