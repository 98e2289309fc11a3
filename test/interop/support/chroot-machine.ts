import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { IS_ROOT, inOwnMounts } from '../../../images/build/root-runner.ts';
import type { Machine } from '#ports/portolan.ts';

const SCRIPT = 'images/build/rehearse.sh';

/**
 * A system that programs see as theirs, run by this computer's own kernel: to compare what hundreds of packages leave, which takes an
 * emulated machine hours.
 */
export class ChrootMachine implements Pick<Machine, 'exec' | 'writeFile' | 'readFile'> {
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /**
   * @param dir an empty folder that others may write to
   * @param rootfs tar of the system
   */
  static async prepare(dir: string, rootfs: string): Promise<ChrootMachine> {
    await inOwnMounts(SCRIPT, ['prepare', dir, rootfs]);
    await inOwnMounts(SCRIPT, ['run', dir, 'rm', '/usr/sbin/policy-rc.d']);
    // It would wait for all that this computer writes.
    await inOwnMounts(SCRIPT, ['run', dir, 'ln', '-s', '/bin/true', '/usr/local/sbin/sync']);
    return new ChrootMachine(dir);
  }

  /** Another one, just as this is. @param dir does not exist yet */
  async copy(dir: string): Promise<ChrootMachine> {
    await mkdir(dir);
    await run(['sh', '-euc', 'cp -a "$1/root" "$2"', 'sh', this.#dir, dir]);
    return new ChrootMachine(dir);
  }

  async exec(
    argv: readonly string[],
    { env = {} }: { readonly env?: Readonly<Record<string, string>> } = {},
  ): ReturnType<Machine['exec']> {
    const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    return run(['unshare', '--mount', 'sh', '-eu', SCRIPT, 'run', this.#dir, 'env', ...settings, ...argv]);
  }

  async writeFile(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const file = join(this.#dir, 'root', 'host', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }

  async readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return Uint8Array.from(await readFile(join(this.#dir, 'root', 'host', path)));
  }
}

async function run(argv: readonly string[]): ReturnType<Machine['exec']> {
  const [program = '', ...args] = IS_ROOT ? argv : ['mmdebstrap', '--unshare-helper', ...argv];
  const child = spawn(program, args, { env: { ...process.env, LC_ALL: 'C' } });
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const [status, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { status: status ?? 1, stdout, stderr };
}
