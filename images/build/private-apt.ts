import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sourcesList, type Archive } from './mirror.ts';
import { cacheDir } from './paths.ts';
import { runCommand } from './run-command.ts';

/** Debian's own keys: whatever the mirror, packages are Debian's. */
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** A package file as apt would fetch it. */
export interface PackageFile {
  readonly uri: string;
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
}

/** apt with its own folders and an empty system: it neither reads nor changes what the machine has installed. */
export class PrivateApt {
  readonly #root: string;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(root: string) {
    this.#root = root;
    this.#env = { APT_CONFIG: join(root, 'apt.conf') };
  }

  /**
   * Sets it up for these archives and fetches their lists of packages.
   * @param root where it keeps them; no other one may use that folder meanwhile
   * @throws BuildError when one of the lists cannot be had
   */
  static async open(archives: readonly Archive[], root = join(cacheDir(), 'apt')): Promise<PrivateApt> {
    for (const dir of ['etc/apt.conf.d', 'etc/preferences.d', 'lists/partial', 'archives/partial']) {
      await mkdir(join(root, dir), { recursive: true });
    }
    await writeFile(join(root, 'status'), '');
    await writeFile(join(root, 'sources.list'), sourcesList(archives, KEYRING));
    await writeFile(join(root, 'apt.conf'), configOf(root));
    const apt = new PrivateApt(root);
    await apt.#run(['apt-get', 'update', '-q', '-o', 'APT::Update::Error-Mode=any']);
    return apt;
  }

  /** The files of the essential packages, these packages and all they depend on. @throws BuildError */
  async resolve(packages: readonly string[]): Promise<PackageFile[]> {
    const out = await this.#run(['apt-get', 'install', '-qq', '-y', '--print-uris', '?essential', ...packages]);
    return parsePackageUris(out);
  }

  /**
   * The files of these packages and of what they need on a system that has others.
   * @param installed entries of the packages that it has, from the archives' lists
   * @throws BuildError
   */
  async resolveBeyond(packages: readonly string[], installed: readonly string[]): Promise<PackageFile[]> {
    const status = join(this.#root, 'status-installed');
    const entries = installed.map((entry) => `${entry.trim()}\nStatus: install ok installed\n`);
    await writeFile(status, entries.join('\n'));
    const options = ['-qq', '-y', '-o', `Dir::State::status=${status}`, '--print-uris'];
    return parsePackageUris(await this.#run(['apt-get', 'install', ...options, ...packages]));
  }

  /** The files of these packages alone. @throws BuildError */
  async locate(packages: readonly string[]): Promise<PackageFile[]> {
    return parsePackageUris(await this.#run(['apt-get', 'download', '-qq', '--print-uris', ...packages]));
  }

  /** Fetches packages, named as `name=version`, into a folder; apt checks signatures and digests. @throws BuildError */
  async download(packages: readonly string[], dir: string): Promise<void> {
    await this.#run(['apt-get', 'download', '-qq', ...packages], dir);
  }

  /** The entries of packages, named as `name=version`, in the archives' lists. @throws BuildError */
  async describe(packages: readonly string[]): Promise<string[]> {
    const text = await this.#run(['apt-cache', 'show', '--no-all-versions', ...packages]);
    return text.split('\n\n').filter((entry) => entry.trim() !== '');
  }

  #run(argv: readonly [string, ...string[]], cwd?: string): Promise<string> {
    return runCommand(argv, cwd === undefined ? { env: this.#env } : { env: this.#env, cwd });
  }
}

function configOf(root: string): string {
  const settings = {
    Dir: root,
    'Dir::Etc': join(root, 'etc'),
    'Dir::Etc::sourcelist': join(root, 'sources.list'),
    'Dir::State': root,
    'Dir::State::status': join(root, 'status'),
    'Dir::Cache': root,
    'APT::Architecture': 'i386',
    'APT::Architectures': 'i386',
    'APT::Install-Recommends': 'false',
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::ForceHash': 'SHA256',
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key} "${value}";\n`)
    .join('');
}

/** Reads lines of `--print-uris`: `'URI' FILE SIZE SHA256:HEX`. */
export function parsePackageUris(text: string): PackageFile[] {
  return [...text.matchAll(/^'(?<uri>[^']+)' (?<file>\S+) (?<size>\d+) SHA256:(?<sha256>[0-9a-f]{64})$/gm)].map(
    ({ groups = {} }) => ({
      uri: groups['uri'] ?? '',
      file: groups['file'] ?? '',
      size: Number(groups['size']),
      sha256: groups['sha256'] ?? '',
    }),
  );
}

/** `name=version` of a package file's name, in which apt escapes the colon of an epoch. */
export function packageOf(file: string): string {
  const [name = '', version = ''] = file.split('_');
  return `${name}=${decodeURIComponent(version)}`;
}
