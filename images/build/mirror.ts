import { BuildError } from './build-error.ts';
import { runCommand } from './run-command.ts';

/** The Debian release that the images are made of: the last one with an i386 kernel. */
const SUITE = 'bookworm';

/** One archive of packages: where, and which part of it. */
export interface Archive {
  readonly uri: string;
  readonly suite: string;
}

/**
 * The sets of archives to try, best first; each has at least bookworm itself. Security and updates are left out of the
 * later ones, for mirrors whose i386 part of them is out of step.
 * @throws BuildError when no mirror of Debian is known
 */
export async function archiveChoices(env: NodeJS.ProcessEnv = process.env): Promise<Archive[][]> {
  const known = parseIndexUris(await runCommand(['apt-get', 'update', '--print-uris']));
  const main = env['DEBIAN_MIRROR'] || mainMirror(known);
  if (!main)
    throw new BuildError("No Debian mirror in this machine's apt configuration; set DEBIAN_MIRROR to the URL of one.");
  const security = env['DEBIAN_SECURITY_MIRROR'] || known.find(isSecurity)?.uri;
  return choicesOf(main, security);
}

/** The choices for a mirror of the main archive and, where one is known, of the security archive. */
export function choicesOf(main: string, security: string | undefined): Archive[][] {
  const release = { uri: main, suite: SUITE };
  const updates = { uri: main, suite: `${SUITE}-updates` };
  const withUpdates = [[release, updates], [release]];
  return security ? [[release, updates, { uri: security, suite: `${SUITE}-security` }], ...withUpdates] : withUpdates;
}

/** Reads the answer of `apt-get update --print-uris`: a quoted URL and more on each line. It needs no root and no earlier update. */
export function parseIndexUris(text: string): Archive[] {
  return [...text.matchAll(/^'(?<uri>\S+?)\/dists\/(?<suite>\S+?)\/(?:In)?Release'/gm)].map(({ groups = {} }) => ({
    uri: groups['uri'] ?? '',
    suite: groups['suite'] ?? '',
  }));
}

/** Debian's own archive is the one that has updates too; others use the names of its suites and perhaps its path. */
export function mainMirror(known: readonly Archive[]): string | undefined {
  const hasUpdates = ({ uri, suite }: Archive): boolean =>
    known.some((other) => other.uri === uri && other.suite === `${suite}-updates`);
  return (known.find(hasUpdates) ?? known.find(({ uri }) => uri.endsWith('/debian')))?.uri;
}

function isSecurity({ uri, suite }: Archive): boolean {
  return uri.endsWith('/debian-security') && suite.endsWith('-security');
}

/** One line of sources.list for each archive. */
export function sourcesList(archives: readonly Archive[], keyring: string): string {
  return archives.map(({ uri, suite }) => `deb [arch=i386 signed-by=${keyring}] ${uri} ${suite} main\n`).join('');
}
