import type { Digest } from '#domain/container/index.ts';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { ContainerListing, LinkPreview } from '#ports/portolan.ts';
import type { Source } from '#ports/sources.ts';
import type { RemoteCatalog, SignedEntry } from '#storage/index.ts';

/** Who can be asked about a link. */
export interface LinkParts {
  /** What is known without asking anybody: the user's sources and this device. @throws AppError when nothing is */
  listings(options: Cancellable): Promise<readonly ContainerListing[]>;
  sources(): Promise<readonly Source[]>;
  /** What a catalog lists that need not be among the user's sources. @throws AppError */
  catalogAt(url: string, options: Cancellable): Promise<RemoteCatalog>;
  describe(entry: SignedEntry): Promise<ContainerListing>;
}

type Asked = Extract<LinkPreview, { name: 'missing' }>['asked'];

/** Finds out what a link leads to, from the device and from catalogs alone. */
export async function lookUpLink(
  parts: LinkParts,
  manifest: Digest,
  from: readonly string[],
  options: Cancellable = {},
): Promise<LinkPreview> {
  const known = await knownListing(parts, manifest, options);
  if (known) return { name: 'found', listing: known };
  const answers = await Promise.all(from.map((url) => ask(parts, url, manifest, options)));
  options.signal?.throwIfAborted();
  const entry = mergeAnswers(answers.flatMap(({ found }) => found ?? []));
  if (entry) return { name: 'found', listing: await parts.describe(entry) };
  const others = (await parts.sources()).filter(({ url, enabled }) => enabled && !from.includes(url));
  const asked: Asked = [
    ...answers.map(({ url, error }) => ({ url, error })),
    ...others.map(({ url, health }) => ({ url, error: health.error })),
  ];
  return { name: 'missing', asked };
}

async function knownListing(
  parts: LinkParts,
  manifest: Digest,
  options: Cancellable,
): Promise<ContainerListing | undefined> {
  const listings = await parts.listings(options).catch(() => []);
  options.signal?.throwIfAborted();
  return listings.find(({ entry }) => entry.manifest.digest === manifest);
}

interface Answer {
  readonly url: string;
  readonly found: SignedEntry | undefined;
  readonly error: ErrorRecord | undefined;
}

async function ask(parts: LinkParts, url: string, manifest: Digest, options: Cancellable): Promise<Answer> {
  try {
    const catalog = await parts.catalogAt(url, options);
    const entry = catalog.entries.find((each) => each.manifest.digest === manifest);
    const { signature } = catalog;
    const found = entry && { entry, mirrors: [catalog.url], conflicts: [], staleSince: undefined, signature };
    return { url, found, error: undefined };
  } catch (error) {
    return { url, found: undefined, error: AppError.from(error).toRecord() };
  }
}

/** The first one's words, with all that have the bytes as mirrors. */
function mergeAnswers(found: readonly SignedEntry[]): SignedEntry | undefined {
  const [first] = found;
  return first && { ...first, mirrors: found.flatMap(({ mirrors }) => mirrors) };
}
