import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEBCONF_FILES } from '#domain/packages/direct/index.ts';
import { appendToTar } from '#domain/packages/archive/index.ts';

/** Stanzas of debconf's databases, by file and name. */
type Debconf = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** @param root of the file system */
export async function readDebconf(root: string): Promise<Debconf> {
  const files = DEBCONF_FILES.map(async (path) => {
    const text = await readFile(join(root, path), 'utf8').catch(() => '');
    const stanzas = text.split(/\n\n+/).filter((stanza) => stanza.trim() !== '');
    return [path, new Map(stanzas.map((stanza) => [/^Name: (.*)$/m.exec(stanza)?.[1] ?? '', stanza.trim()]))] as const;
  });
  return new Map(await Promise.all(files));
}

/**
 * A tar of effects, with the stanzas that were added.
 * @returns undefined when stanzas were changed that were there before
 */
export async function addDebconf(tar: string, before: Debconf, after: Debconf): Promise<Uint8Array | undefined> {
  let bytes: Uint8Array = await readFile(tar);
  for (const [path, stanzas] of after) {
    const known = before.get(path) ?? new Map<string, string>();
    if ([...known].some(([name, stanza]) => stanzas.get(name) !== stanza)) return undefined;
    const added = [...stanzas].filter(([name]) => !known.has(name)).map(([, stanza]) => stanza);
    if (added.length > 0) bytes = appendToTar(bytes, path, new TextEncoder().encode(`${added.join('\n\n')}\n`));
  }
  return bytes;
}
