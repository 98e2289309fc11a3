import { scanStanzas, Stanza, type StanzaPlace } from './deb822/index.ts';
import { PackageEntry } from './package-entry.ts';

const WHAT = 'dpkg’s status file';

/** States of dpkg in which a package's files are all there (dpkg(1)); only the last three can be depended on. */
const UNPACKED = ['unpacked', 'half-configured', 'triggers-awaited', 'triggers-pending', 'installed'];
const UNCONFIGURED: readonly string[] = ['unpacked', 'half-configured'];

/** A package that dpkg has unpacked on a machine. */
export interface InstalledPackage {
  readonly entry: PackageEntry;
  /** Whether it has to be configured before others can depend on it. */
  readonly isConfigured: boolean;
  /** Whether the machine's owner wants it to stay as it is. */
  readonly isHeld: boolean;
}

/** What a machine has. */
export interface Status {
  readonly installed: readonly InstalledPackage[];
  /** The architecture of the machine's own dpkg, such as `i386`; undefined without dpkg. */
  readonly architecture: string | undefined;
}

/**
 * Reads `/var/lib/dpkg/status`. Packages that were removed, or whose unpacking was cut off, count as not there.
 * @throws AppError format/invalid
 */
export function parseStatus(bytes: Uint8Array): Status {
  const { starts, ends, lines } = scanStanzas(bytes, { what: WHAT }, {});
  const installed = starts.flatMap((start, at) =>
    readStanza({ what: WHAT, bytes, start, end: ends[at] ?? start, line: lines[at] ?? 0 }),
  );
  const dpkg = installed.find(({ entry }) => entry.name === 'dpkg');
  return { installed, architecture: dpkg?.entry.architecture };
}

function readStanza(place: StanzaPlace): InstalledPackage[] {
  const stanza = new Stanza(place);
  const [want = '', , state = '', ...more] = stanza.require('Status').split(/\s+/);
  if (state === '' || more.length > 0) throw stanza.error('its Status is not of three words');
  if (!UNPACKED.includes(state)) return [];
  return [{ entry: new PackageEntry(place), isConfigured: !UNCONFIGURED.includes(state), isHeld: want === 'hold' }];
}
