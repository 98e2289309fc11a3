import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { scanStanzas, Stanza } from '#domain/packages/deb822/index.ts';
import { sha256 } from '#storage/index.ts';
import { PublishError } from '../../publishing/index.ts';
import { run } from '../process/run.ts';

/** Where Debian's package of its keys puts them. */
export const ARCHIVE_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const SIGNED = '-----BEGIN PGP SIGNED MESSAGE-----';

/** An archive's list of its lists: what is signed of an archive (Debian's wiki: DebianRepository/Format). */
export interface Release {
  readonly path: string;
  /** SHA-256 in hex of the files that it names. */
  readonly sums: ReadonlySet<string>;
  /** Why nobody knows who made it; undefined where its signature was checked. */
  readonly doubt: string | undefined;
}

/**
 * Reads `InRelease`, or `Release` with `Release.gpg` beside it, and has gpgv check its signature where there are gpgv and the keys.
 * @throws PublishError when the signature is not one of the keys'; AppError format/invalid
 */
export async function readRelease(path: string, keyring: string): Promise<Release> {
  const text = await readFile(path, 'utf8');
  const doubt = doubtOf(path, text, keyring);
  if (doubt !== undefined) return { path, sums: sumsOf(plainText(text), path), doubt };
  const signed = await checkSignature(path, text, keyring);
  if (signed !== undefined) return { path, sums: sumsOf(signed, path), doubt: undefined };
  return { path, sums: sumsOf(plainText(text), path), doubt: 'there is no gpgv here' };
}

/** @throws PublishError when none of the lists names this file */
export async function expectNamed(file: string, releases: readonly Release[]): Promise<void> {
  const digest = (await sha256(Uint8Array.from(await readFile(file)))).replace('sha256:', '');
  if (releases.some(({ sums }) => sums.has(digest))) return;
  const names = releases.map(({ path }) => basename(path)).join(', ');
  throw new PublishError(`${file} is not what ${names} names: no SHA-256 in there is that of this file.`);
}

function doubtOf(path: string, text: string, keyring: string): string | undefined {
  if (!text.startsWith(SIGNED) && !existsSync(`${path}.gpg`)) return 'it is not signed';
  return existsSync(keyring) ? undefined : `there is no ${keyring}`;
}

/** @returns what is signed, and nothing around it; undefined without gpgv */
async function checkSignature(path: string, text: string, keyring: string): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-'));
  try {
    const content = join(folder, 'content');
    const what = text.startsWith(SIGNED) ? ['--output', content, path] : [`${path}.gpg`, path];
    const { output } = await run('gpgv', ['--status-fd', '1', '--keyring', keyring, ...what]);
    // One key of several may be newer than the keyring: then gpgv fails, though another's signature is good.
    if (/^\[GNUPG:\] GOODSIG /m.test(output) && !/^\[GNUPG:\] BADSIG /m.test(output))
      return text.startsWith(SIGNED) ? await readFile(content, 'utf8') : text;
    throw new PublishError(`${path} is not signed with a key of ${keyring}.`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Without the signature around it (RFC 9580, 7): lines that begin with a dash have another before it. */
function plainText(text: string): string {
  if (!text.startsWith(SIGNED)) return text;
  const [head = ''] = text.split('\n-----BEGIN PGP SIGNATURE-----', 1);
  return head.slice(head.indexOf('\n\n') + 2).replaceAll(/^- /gm, '');
}

function sumsOf(text: string, path: string): ReadonlySet<string> {
  const bytes = new TextEncoder().encode(text);
  const { starts, ends, lines } = scanStanzas(bytes, { what: path }, {});
  const [start = 0, end = 0, line = 1] = [starts[0], ends[0], lines[0]];
  const list = new Stanza({ what: path, bytes, start, end, line }).require('SHA256');
  return new Set([...list.matchAll(/^ *([0-9a-f]{64}) +\d+ \S+$/gm)].map(([, sum = '']) => sum));
}
