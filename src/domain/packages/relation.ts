import { AppError } from '#domain/errors/index.ts';
import { compareVersions, isVersion } from './version.ts';

/** What a version in parentheses has to be to the one named there (Policy 7.1). */
export type VersionRelation = '<<' | '<=' | '=' | '>=' | '>>';

/** One alternative of a relation: `name:qualifier (relation version)`. */
export interface Relation {
  readonly name: string;
  /** `any`, `native` or an architecture. */
  readonly qualifier?: string;
  readonly version?: { readonly relation: VersionRelation; readonly version: string };
  /** `[i386 !amd64]` of source packages, without the brackets; see appliesTo. */
  readonly architectures?: readonly string[];
  /** `<!nocheck> <cross>` of source packages: each list in angle brackets. */
  readonly profiles?: readonly (readonly string[])[];
}

/** What is between two commas: any one of these will do. */
export type Alternatives = readonly Relation[];

/** Where relations stand: those of source packages may be restricted to architectures and build profiles. */
export interface RelationForm {
  /** Names the field and its package in errors. */
  readonly what: string;
  readonly kind: 'binary' | 'source' | 'provides';
}

const NAME = /^\s*(?<name>[A-Za-z0-9][A-Za-z0-9+.-]*)(?::(?<qualifier>[a-z0-9][a-z0-9-]*))?\s*/;
const VERSION = /^\(\s*(?<relation><<|<=|>=|>>|[<=>])\s*(?<version>[^\s()]+)\s*\)\s*/;
const ARCHITECTURES = /^\[(?<list>[^[\]]*)\]\s*/;
const PROFILES = /^<(?<list>[^<>]*)>\s*/;

/** `<` and `>` of old packages mean `<=` and `>=`, as dpkg takes them. */
const RELATIONS: Readonly<Record<string, VersionRelation>> = {
  '<<': '<<',
  '<=': '<=',
  '<': '<=',
  '=': '=',
  '>': '>=',
  '>=': '>=',
  '>>': '>>',
};

/**
 * Reads a field such as Depends: groups of alternatives. A comma at the end is let pass, as dpkg does.
 * @throws AppError format/invalid
 */
export function parseRelations(text: string, form: RelationForm): readonly Alternatives[] {
  const groups = text.split(',');
  if (groups.at(-1)?.trim() === '') groups.pop();
  return groups.map((group) => {
    const alternatives = group.split('|');
    if (form.kind === 'provides' && alternatives.length > 1) throw wrong(group, form, 'has alternatives');
    return alternatives.map((each) => parseRelation(each, form));
  });
}

function parseRelation(text: string, form: RelationForm): Relation {
  const reader = new Reader(text);
  const { name = '', qualifier } = reader.take(NAME) ?? {};
  const version = versionOf(reader.take(VERSION));
  const architectures = reader.take(ARCHITECTURES)?.['list'];
  const profiles = [...reader.takeAll(PROFILES)];
  if (name === '' || reader.rest !== '' || version === 'wrong') throw wrong(text, form, 'cannot be understood');
  if (form.kind !== 'source' && (architectures !== undefined || profiles.length > 0))
    throw wrong(text, form, 'has a restriction that only source packages may have');
  if (form.kind === 'provides' && version && version.relation !== '=')
    throw wrong(text, form, 'has another relation than =');
  return {
    name,
    ...(qualifier === undefined ? {} : { qualifier }),
    ...(version ? { version } : {}),
    ...(architectures === undefined ? {} : { architectures: words(architectures) }),
    ...(profiles.length === 0 ? {} : { profiles: profiles.map(({ list = '' }) => words(list)) }),
  };
}

type Groups = Readonly<Record<string, string | undefined>>;

/** What is left of a text, from which patterns are taken at the beginning. */
class Reader {
  rest: string;

  constructor(text: string) {
    this.rest = text;
  }

  take(pattern: RegExp): Groups | undefined {
    const match = pattern.exec(this.rest);
    if (!match) return undefined;
    this.rest = this.rest.slice(match[0].length);
    return match.groups ?? {};
  }

  *takeAll(pattern: RegExp): Generator<Groups> {
    for (let match = this.take(pattern); match; match = this.take(pattern)) yield match;
  }
}

function versionOf(groups: Groups | undefined): Relation['version'] | 'wrong' {
  if (!groups) return undefined;
  const [relation, version = ''] = [RELATIONS[groups['relation'] ?? ''], groups['version']];
  return relation && isVersion(version) ? { relation, version } : 'wrong';
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function wrong(text: string, { what }: RelationForm, detail: string): AppError {
  return new AppError('format/invalid', { what, detail: `“${text.trim()}” ${detail}` });
}

/** Whether a package's version is what a relation asks for; architectures aside. */
export function fitsVersion(version: string, wanted: Relation['version']): boolean {
  if (!wanted) return true;
  const order = compareVersions(version, wanted.version);
  switch (wanted.relation) {
    case '<<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '=':
      return order === 0;
    case '>=':
      return order >= 0;
    case '>>':
      return order > 0;
  }
}

/** A relation as it stands in a control file. */
export function formatRelation({ name, qualifier, version }: Relation): string {
  const full = qualifier === undefined ? name : `${name}:${qualifier}`;
  return version ? `${full} (${version.relation} ${version.version})` : full;
}

/** Alternatives as they stand in a control file. */
export function formatAlternatives(alternatives: Alternatives): string {
  return alternatives.map(formatRelation).join(' | ');
}
