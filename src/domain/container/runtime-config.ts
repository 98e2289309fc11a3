import * as v from 'valibot';
import { CHUNK_BYTES } from './chunk-list.ts';
import { ByteCountSchema, DigestSchema } from './descriptor.ts';
import { PortSchema } from './machine-config.ts';

/** Names of Debian packages (Policy 5.6.1), with the capitals that dpkg lets pass. */
const PackageNameSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9+.-]*$/, 'no package name'));
const VersionSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9.+:~-]*$/, 'no version'));

/** Where something is in the runtime's content, in bytes. */
const PLACE = { offset: ByteCountSchema, size: v.pipe(ByteCountSchema, v.minValue(1)), sha256: DigestSchema };

/** Where something is that begins with a chunk, so that runtimes that have the same share its chunks. */
const PIECE = { ...PLACE, offset: v.pipe(ByteCountSchema, v.multipleOf(CHUNK_BYTES)) };

const RuntimePackageSchema = v.object({
  name: PackageNameSchema,
  version: VersionSchema,
  /** Its control file with Filename, Size and SHA256: a stanza as a repository lists it (deb822). */
  stanza: v.pipe(v.string(), v.maxLength(1024 * 1024)),
  ...PIECE,
  /** What setting it up leaves on a new machine, as a tar: see `EFFECTS_MEMBER`. It is no part of what Debian has published. */
  effects: v.optional(v.object(PLACE)),
  /** What its data part has, so that nobody unpacks it only to know: see `LIST_MEMBER`. Runtimes of before have none. */
  files: v.optional(v.object(PLACE)),
});
/** A package of a runtime: a .deb file, as Debian has published it. */
export type RuntimePackage = v.InferOutput<typeof RuntimePackageSchema>;

/** Folders that a template may be put in: never one of the system's. */
const TemplateSchema = v.object({
  /** Where its files go, as an absolute path. */
  folder: v.pipe(v.string(), v.regex(/^\/(?:srv|opt|home|var\/www)(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)+$/, 'no folder')),
  ...PIECE,
});
/** Files that a runtime brings beside its packages, to be changed by the user: a tar archive. */
export type RuntimeTemplate = v.InferOutput<typeof TemplateSchema>;

const RuntimeServiceSchema = v.object({
  name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,39}$/, 'no name of a service')),
  description: v.pipe(v.string(), v.maxLength(200)),
  /** A script for `sh`, which ends by replacing itself with the service (runsv(8)). */
  run: v.pipe(v.string(), v.minLength(1), v.maxLength(60_000)),
  /** TCP ports that it listens on. */
  ports: v.array(PortSchema),
  environment: v.record(v.pipe(v.string(), v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'no name of a variable')), v.string()),
  /** The package without which it cannot run. */
  package: v.optional(PackageNameSchema),
  /** What answers when it is well. */
  health: v.optional(v.object({ port: PortSchema, path: v.pipe(v.string(), v.startsWith('/')) })),
});
/** A program of a runtime that runs as long as the machine does. */
export type RuntimeService = v.InferOutput<typeof RuntimeServiceSchema>;

/** What whoever makes a runtime says of it, beside its packages: `runtime.json` of a folder that is packed. */
const WORDS = {
  title: v.string(),
  version: v.string(),
  /** Packages that the user wants; the others come because these need them. */
  wanted: v.pipe(v.array(PackageNameSchema), v.minLength(1)),
  services: v.array(RuntimeServiceSchema),
};

/** Config blob of a runtime (`application/vnd.portolan.runtime.v1+json`): its packages, and what to run when they are there. */
export const RuntimeConfigSchema = v.pipe(
  v.object({
    ...WORDS,
    /** Debian's name of the architecture. */
    architecture: v.string(),
    /** Uncompressed length of the content in bytes. */
    contentSize: ByteCountSchema,
    /** In the order of the content. */
    packages: v.array(RuntimePackageSchema),
    template: v.optional(TemplateSchema),
  }),
  v.check((config) => areApart(placesOf(config), config.contentSize), 'its pieces overlap, or lie beyond its end'),
  v.check(
    ({ packages }) => new Set(packages.map(({ name }) => name)).size === packages.length,
    'a package is in it twice',
  ),
  v.check(
    ({ packages, wanted }) => wanted.every((name) => packages.some((each) => each.name === name)),
    'a wanted package is not in it',
  ),
);
export type RuntimeConfig = v.InferOutput<typeof RuntimeConfigSchema>;

/** `runtime.json` of a folder that becomes a runtime. What is beside it goes by its name: `*.deb`, and `template/`. */
export const RuntimeDescriptionSchema = v.object({
  ...WORDS,
  id: v.string(),
  summary: v.optional(v.string(), ''),
  tags: v.optional(v.array(v.string()), []),
  services: v.optional(WORDS.services, []),
  /** Where the files of its template go. */
  template: v.optional(v.object({ folder: TemplateSchema.entries.folder })),
});
export type RuntimeDescription = v.InferOutput<typeof RuntimeDescriptionSchema>;

/** The next place in a runtime's content where something may begin. @param end in bytes */
export function nextOffset(end: number): number {
  return Math.ceil(end / CHUNK_BYTES) * CHUNK_BYTES;
}

interface Placed {
  readonly offset: number;
  readonly size: number;
}

interface Placing {
  readonly packages: readonly (Placed & Readonly<Partial<Record<'effects' | 'files', Placed | undefined>>>)[];
  readonly template?: Placed | undefined;
}

/** In the order of the content: packages, then what they leave and the list of files of each, then the template. */
function placesOf({ packages, template }: Placing): readonly Placed[] {
  const beside = packages.flatMap(({ effects, files }) => [...(effects ? [effects] : []), ...(files ? [files] : [])]);
  return [...packages, ...beside, ...(template ? [template] : [])];
}

function areApart(pieces: readonly Placed[], end: number): boolean {
  return pieces.every(({ offset, size }, i) => offset + size <= (pieces[i + 1]?.offset ?? end));
}
