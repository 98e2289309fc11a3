/** A package that a plan puts on the machine. */
export interface PlannedPackage {
  /** As dpkg calls it: with the architecture where that is not the machine's own. */
  readonly name: string;
  readonly version: string;
  /** As its stanza has it: may be `all`. */
  readonly architecture: string;
  /** The version that it takes the place of. */
  readonly replaces?: string;
  /** Whether it was asked for by name, or comes because another package needs it. */
  readonly isWanted: boolean;
  /** Of the .deb: its path in the archive, bytes, digest in hex; as far as the index has them. */
  readonly file: { readonly path?: string; readonly bytes: number; readonly sha256?: string };
  /** Bytes on disk that are added, as the packager estimates them; negative for one that became smaller. */
  readonly installedBytes: number;
}

/** A package that a plan takes away. Its configuration stays, as with `dpkg --remove`. */
export interface RemovedPackage {
  readonly name: string;
  readonly version: string;
  /** Bytes on disk that are freed. */
  readonly installedBytes: number;
}

/** What dpkg does next. Packages that need each other in a circle are configured in one step: dpkg breaks the circle. */
export type Step =
  | { readonly action: 'remove'; readonly package: string }
  | { readonly action: 'unpack'; readonly package: string }
  | { readonly action: 'configure'; readonly packages: readonly string[] };

/** How a machine comes to have what was asked for. */
export interface Plan {
  readonly kind: 'plan';
  /** In the order in which they are unpacked. */
  readonly packages: readonly PlannedPackage[];
  readonly removed: readonly RemovedPackage[];
  readonly steps: readonly Step[];
  readonly downloadBytes: number;
  /** Bytes on disk, added and freed. */
  readonly installedBytes: number;
}

/** Why there is no plan. */
export interface Explanation {
  readonly kind: 'impossible';
  /** In order: from what was asked for to what stands in its way. */
  readonly problems: readonly Problem[];
  /** Installed packages without which there would be a plan: remove them too, if that is what you want. */
  readonly removals: readonly string[];
  /** The problems, and what can be done, as sentences, one a line. */
  readonly text: string;
}

/** One fact of an explanation. Packages are named as dpkg does. */
export interface Problem {
  readonly kind:
    | 'unknown-package'
    | 'unknown-version'
    | 'virtual-package'
    | 'not-installed'
    | 'essential'
    | 'wanted'
    | 'unwanted'
    | 'depends'
    | 'missing'
    | 'conflicts'
    | 'one-version'
    | 'one-architecture'
    | 'held'
    | 'installed';
  /** The package that it is about. */
  readonly package: string;
  readonly version?: string;
  /** The relation, as in a control file. */
  readonly relation?: string;
  /** Packages that are meant by the relation, or that can be chosen from. */
  readonly others?: readonly string[];
  /** A sentence. */
  readonly text: string;
}
