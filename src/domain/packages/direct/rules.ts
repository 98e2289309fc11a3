import { stringOfBytes } from '../../bytes/index.ts';
import type { DebFacts } from '../deb-facts.ts';
import { mergedPath } from '../merged-path.ts';
import { PathFilters } from './path-filters.ts';

/** What a machine says of how its dpkg unpacks: the text of its files. */
export interface UnpackTexts {
  /** dpkg.cfg and the files of dpkg.cfg.d. */
  readonly config: string;
  /** `/var/lib/dpkg/diversions`. */
  readonly diversions: string;
  /** `/var/lib/dpkg/statoverride`. */
  readonly overrides: string;
  /** `/var/lib/dpkg/triggers/File`. */
  readonly fileTriggers: string;
  /** Names of files in `/var/lib/dpkg/updates`: what dpkg has not yet written into its status file. */
  readonly updates: string;
}

/** The same, read. */
export interface UnpackRules {
  readonly filters: PathFilters;
  /** Paths of which the machine's owner, or another package, has said that something else happens with them. */
  readonly special: ReadonlySet<string>;
  /** Folders and files whose changes other packages want to know of. */
  readonly fileTriggers: readonly string[];
  /** Whether its database is as its files say, and unpacking is nothing else. */
  readonly isSettled: boolean;
}

/** Settings with which dpkg does more than unpack, or elsewhere. */
const OTHER_UNPACKING = /^[ \t]*(?:root|admindir|instdir|pre-invoke|post-invoke)\b/m;

/** Reads what decides about unpacking. */
export function parseUnpackRules({ config, diversions, overrides, fileTriggers, updates }: UnpackTexts): UnpackRules {
  const diverted = diversions.split('\n').filter((line) => line.startsWith('/'));
  const overridden = overrides.split('\n').flatMap((line) => /^\S+ \S+ \S+ (\/.*)$/.exec(line)?.[1] ?? []);
  return {
    filters: new PathFilters(config),
    special: new Set([...diverted, ...overridden].map(mergedPath)),
    fileTriggers: fileTriggers.split('\n').flatMap((line) => /^(\/.*) \S+$/.exec(line)?.[1] ?? []),
    isSettled: updates.trim() === '' && !OTHER_UNPACKING.test(config),
  };
}

/** A trigger's name, which becomes that of a file, or a path. */
const TRIGGER = /^(?:[A-Za-z0-9][A-Za-z0-9+._-]*|\/\S+)$/;

/**
 * Whether to unpack a package is only to write its files, but for what it runs before: it is new to the machine, and nothing of it
 * goes elsewhere than it says.
 * @param known names of all packages in the machine's status file, whatever their state
 */
export function canWriteDirectly(facts: DebFacts, known: ReadonlySet<string>, rules: UnpackRules): boolean {
  const isPlain = facts.conffiles.every((line) => line.startsWith('/'));
  const isFamiliar = facts.triggers.every(({ trigger }) => TRIGGER.test(trigger));
  const isSpecial = facts.paths.some((path) => rules.special.has(mergedPath(path)));
  return rules.isSettled && !known.has(facts.name) && isPlain && isFamiliar && !isSpecial;
}

/** Names of all packages that a status file has ever heard of. */
export function knownNames(status: Uint8Array): Set<string> {
  return new Set([...stringOfBytes(status).matchAll(/^Package: (\S+)$/gm)].map(([, name = '']) => name));
}
