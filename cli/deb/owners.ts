import { readFile } from 'node:fs/promises';
import type { TarEntry } from '#domain/packages/archive/index.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Whose files become, as tar does it for root: a name that this machine knows goes before the number. */
export class Owners {
  readonly #users: ReadonlyMap<string, number>;
  readonly #groups: ReadonlyMap<string, number>;

  private constructor(users: ReadonlyMap<string, number>, groups: ReadonlyMap<string, number>) {
    this.#users = users;
    this.#groups = groups;
  }

  /** Undefined for whoever may not give files away. */
  static async ofThisMachine(): Promise<Owners | undefined> {
    if (process.geteuid?.() !== 0) return undefined;
    return new Owners(await idsIn('/etc/passwd'), await idsIn('/etc/group'));
  }

  of({ uname, gname, uid, gid }: TarEntry): Owner {
    return { uid: this.#users.get(uname) ?? uid, gid: this.#groups.get(gname) ?? gid };
  }
}

/** passwd(5) and group(5) have the name first and the number third. */
async function idsIn(path: string): Promise<ReadonlyMap<string, number>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const fields = text.split('\n').map((line) => line.split(':'));
  return new Map(fields.flatMap(([name, , id]) => (name && id && /^\d+$/.test(id) ? [[name, Number(id)]] : [])));
}
