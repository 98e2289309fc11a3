import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseJson, RuntimeDescriptionSchema } from '#domain/container/index.ts';
import { bundle } from '../../cli/portolan/bundle.ts';
import { startServer } from '../../cli/serve/server.ts';
import { isRuntimeFolder } from '../../publishing/index.ts';
import { temporaryFolder } from '../publishing/support/sample.ts';
import { noisyDeb } from '../support/tiny-runtime.ts';

/** What the machine has. */
const STATUS = `Package: harbour
Status: install ok installed
Version: 2
Architecture: i386
Maintainer: A <a@isle.test>
Description: harbour
`;

let folder: string;
let said: string[];
const at = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = await temporaryFolder();
  said = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void said.push(text));
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  await publishArchive();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** An archive with a lamp, and a lighthouse that needs it and a harbour. */
async function publishArchive(): Promise<void> {
  const debs = {
    lamp: noisyDeb('lamp', 3000, 2),
    lighthouse: noisyDeb('lighthouse', 1000, 1, 'Depends: lamp, harbour (>= 2)\n'),
    wreck: noisyDeb('wreck', 1000, 3, 'Depends: diver\n'),
  };
  const depends: Readonly<Record<string, string>> = { lighthouse: 'lamp, harbour (>= 2)', wreck: 'diver' };
  await mkdir(at('archive/pool'), { recursive: true });
  const stanzas = Object.entries(debs).map(([name, bytes], i) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const needs = depends[name] === undefined ? '' : `Depends: ${depends[name]}\n`;
    const seed = [2, 1, 3][i];
    return `Package: ${name}\nVersion: 1.${seed}\nArchitecture: i386\n${needs}Filename: pool/${name}.deb\nSize: ${bytes.length}\nSHA256: ${sha256}\n`;
  });
  for (const [name, bytes] of Object.entries(debs)) await writeFile(at(`archive/pool/${name}.deb`), bytes);
  await writeFile(at('archive/Packages'), stanzas.join('\n'));
  await publishRelease();
}

/** Not signed. */
async function publishRelease(): Promise<void> {
  const packages = await readFile(at('archive/Packages'));
  const sum = createHash('sha256').update(packages).digest('hex');
  await writeFile(at('archive/Release'), `Origin: Isle\nSHA256:\n ${sum} ${packages.length} main/Packages\n`);
}

async function ask(wanted: readonly string[]): Promise<string> {
  await writeFile(at('request'), JSON.stringify({ schemaVersion: 1, title: 'Isle', wanted, status: STATUS }));
  return at('request');
}

const run = (request: string, archive: string): Promise<number> =>
  bundle.run([request, ...lists(), '--archive', archive, '-o', at('out')]);
const lists = (): string[] => ['--release', at('archive/Release'), '--index', at('archive/Packages')];

describe('what a machine without a network has asked for', () => {
  it('is fetched from a server, with what that needs and the machine does not have', async () => {
    const server = await startServer({ root: at('archive'), port: 0 });
    expect(await run(await ask(['lighthouse']), `http://127.0.0.1:${server.port}`)).toBe(0);
    await server.close();
    expect((await readdir(at('out'))).toSorted()).toEqual(['lamp.deb', 'lighthouse.deb', 'runtime.json']);
    expect(await readFile(at('out/lamp.deb'))).toEqual(Buffer.from(noisyDeb('lamp', 3000, 2)));
    expect(said.join('\n')).toContain('2 packages');
    expect(said.join('\n')).toContain('its signature was not checked: it is not signed.');
  });

  it('can be published as a runtime', async () => {
    expect(await run(await ask(['lighthouse']), at('archive'))).toBe(0);
    expect(isRuntimeFolder(at('out'))).toBe(true);
    const description = parseJson(RuntimeDescriptionSchema, await readFile(at('out/runtime.json'), 'utf8'), 'It');
    expect(description).toMatchObject({ id: 'lighthouse', wanted: ['lighthouse'], summary: 'For Isle.' });
  });

  it('that cannot be had is explained, and nothing is left', async () => {
    expect(await run(await ask(['wreck']), at('archive'))).toBe(1);
    expect(said.join('\n')).toContain('diver');
    expect(await readdir(folder)).not.toContain('out');
  });

  it('that is there already is not fetched', async () => {
    expect(await run(await ask(['harbour']), at('archive'))).toBe(1);
    expect(said).toEqual(['The machine has all of it already.']);
  });

  it('that is another file than the index says is refused, and nothing is left', async () => {
    await writeFile(at('archive/pool/lamp.deb'), noisyDeb('lamp', 3000, 9));
    await expect(run(await ask(['lighthouse']), at('archive'))).rejects.toThrow('SHA-256 differs');
    expect((await readdir(folder)).toSorted()).toEqual(['archive', 'request']);
  });

  it('is not looked for in an index that the release does not name', async () => {
    await writeFile(at('archive/Packages'), `${await readFile(at('archive/Packages'), 'utf8')}\n`);
    await expect(run(await ask(['lighthouse']), at('archive'))).rejects.toThrow('is not what Release names');
    expect(await readdir(folder)).not.toContain('out');
  });

  it('goes into a folder of its own', async () => {
    await mkdir(at('out'));
    await writeFile(at('out/mine'), '');
    await expect(run(await ask(['lighthouse']), at('archive'))).rejects.toThrow('is not empty');
    expect(await readdir(at('out'))).toEqual(['mine']);
  });
});
