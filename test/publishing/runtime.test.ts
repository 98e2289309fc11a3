import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  blobPath,
  CHUNK_BYTES,
  digestHex,
  parseJson,
  readArtifact,
  RuntimeConfigSchema,
  type CatalogEntry,
} from '#domain/container/index.ts';
import {
  compressInto,
  difference,
  inventory,
  layOutRuntime,
  openPublication,
  packRuntime,
  publish,
  PublishError,
  verifyPublication,
} from '../../publishing/index.ts';
import { aroundMember, EFFECTS_MEMBER, readDeb } from '#domain/packages/archive/index.ts';
import { unpack } from '#storage/index.ts';
import { tarOf } from '../domain/packages/archive/support/tar-writer.ts';
import { RUNTIME_CONFIG } from '../support/documents.ts';
import { LIGHTHOUSE, noisyDeb, publishRuntime, TEMPLATE, writeRuntimeFolder } from '../support/tiny-runtime.ts';
import { temporaryFolder } from './support/sample.ts';

let folder: string;
let dir: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  dir = join(folder, 'public');
});
afterEach(() => rm(folder, { recursive: true }));

async function* piecesOf(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

const source = (name: string): string => join(folder, name);

async function documents(entry: CatalogEntry) {
  const artifact = readArtifact(await readFile(join(dir, blobPath(entry.manifest.digest)), 'utf8'));
  if (artifact.kind !== 'runtime') throw new Error('it is no runtime');
  const { parts } = artifact;
  const config = parseJson(RuntimeConfigSchema, await readFile(join(dir, blobPath(parts.config.digest)), 'utf8'), 'It');
  return { parts, config };
}

async function problems(): Promise<string[]> {
  const { problems: found } = await verifyPublication(await openPublication(dir));
  return found.map(({ path, detail }) => `${path}: ${detail}`);
}

describe('a folder with packages', () => {
  it('becomes a runtime, in which everything is said of them and nothing is wrong', async () => {
    await writeRuntimeFolder(source('light'), { debs: LIGHTHOUSE, template: TEMPLATE });
    const entry = await publishRuntime(dir, source('light'));
    expect(entry).toMatchObject({ id: 'lighthouse', kind: 'runtime', title: 'Lighthouse', version: '1' });
    const { config } = await documents(entry);
    expect(config).toMatchObject({
      architecture: 'i386',
      wanted: ['lighthouse'],
      template: { folder: '/srv/lighthouse' },
    });
    expect(config.packages.map(({ name, offset }) => [name, offset])).toEqual([
      ['lamp', 0],
      ['lighthouse', 3 * CHUNK_BYTES],
    ]);
    expect(config.packages[1]?.stanza).toMatch(
      /^Package: lighthouse\nVersion: 1\.1\n[^]*\nDepends: lamp\nFilename: lighthouse_1\.1_i386\.deb\nSize: \d+\nSHA256: [0-9a-f]{64}\n$/,
    );
    const report = await verifyPublication(await openPublication(dir));
    expect(report).toMatchObject({ problems: [], containers: 0, runtimes: 1 });
  });

  it('gives the same digests again, and with one package changed shares the others’ chunks', async () => {
    await writeRuntimeFolder(source('light'), { debs: LIGHTHOUSE });
    const first = await publishRuntime(dir, source('light'));
    expect((await publishRuntime(join(folder, 'again'), source('light'))).manifest).toEqual(first.manifest);
    const debs = { ...LIGHTHOUSE, 'lighthouse_1.1_i386.deb': noisyDeb('lighthouse', 200_000, 9, 'Depends: lamp\n') };
    await writeRuntimeFolder(source('brighter'), { debs, description: { version: '2' } });
    const second = await publishRuntime(dir, source('brighter'));
    const publication = await openPublication(dir);
    const [a, b] = [await inventory(publication, first.manifest), await inventory(publication, second.manifest)];
    const packages = difference(a, b).parts.find(({ part }) => part === 'packages');
    expect([packages?.total.pieces, packages?.fetch.pieces]).toEqual([6, 2]);
  });

  it.each<[string, Parameters<typeof writeRuntimeFolder>[1], RegExp]>([
    ['without packages', { debs: {} }, /there is no \.deb file in it/],
    ['with a file that is no package', { debs: { ...LIGHTHOUSE, 'a.deb': Buffer.from('text') } }, /a\.deb: /],
    ['with a template that is cut short', { debs: LIGHTHOUSE, template: TEMPLATE.subarray(0, 700) }, /template\.tar: /],
    [
      'that says a template and has none',
      { debs: LIGHTHOUSE, description: { template: { folder: '/srv/a' } } },
      /go together/,
    ],
  ])('%s is refused, and the catalog stays as it was', async (_, options, message) => {
    await writeRuntimeFolder(source('bad'), options);
    const failure: unknown = await publishRuntime(dir, source('bad')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PublishError);
    expect(String(failure)).toMatch(message);
    await expect(readFile(join(dir, 'catalog.json'))).rejects.toThrow('ENOENT');
  });

  it('that wants what it does not have is refused', async () => {
    await writeRuntimeFolder(source('bad'), { debs: LIGHTHOUSE, description: { wanted: ['foghorn'] } });
    await expect(publishRuntime(dir, source('bad'))).rejects.toThrow('a wanted package is not in it');
  });
});

describe('a runtime', () => {
  it('whose config tells of other packages than it has is found out', async () => {
    await writeRuntimeFolder(source('light'), { debs: LIGHTHOUSE, template: TEMPLATE });
    const debs = Object.keys(LIGHTHOUSE).map((name) => ({ path: join(source('light'), name) }));
    const content = source('content');
    const template = { folder: '/srv/light', path: join(source('light'), 'template.tar') };
    const config = await layOutRuntime({ ...RUNTIME_CONFIG, debs, template }, content);
    const [lamp, lighthouse] = config.packages;
    if (!lamp?.files || !lighthouse || !config.template) throw new Error('something is not in it');
    const lie = {
      ...config,
      packages: [
        { ...lamp, sha256: lighthouse.sha256, files: { ...lamp.files, sha256: lighthouse.sha256 } },
        { ...lighthouse, version: '2' },
      ],
      template: { ...config.template, size: config.template.size - 512 },
    };
    const about = { id: 'lie', title: 'Lie', summary: '', version: '1', tags: [] };
    const pack = async (scratch: string) =>
      packRuntime(dir, { about, config: lie, content: await compressInto(content, scratch) });
    const { entry } = await publish(dir, pack, { alone: false });
    const { parts } = await documents(entry);
    const [said, held] = [blobPath(parts.config.digest), blobPath(parts.packages.blob.digest)];
    expect(await problems()).toEqual([
      `${said}: the stanza of lamp is of another file`,
      `${said}: the stanza of lighthouse is not that of 2`,
      `${held}: SHA-256 of lamp in it is not ${digestHex(lighthouse.sha256)}`,
      `${held}: SHA-256 of the list of files of lamp in it is not ${digestHex(lighthouse.sha256)}`,
      `${held}: SHA-256 of the template in it is not ${digestHex(config.template.sha256)}`,
    ]);
  });

  it('lists the files of each of its packages, and has what setting them up leaves where that is known: who reads it has it in the packages', async () => {
    await writeRuntimeFolder(source('light'), { debs: LIGHTHOUSE, template: TEMPLATE });
    const left = tarOf([{ name: './var/lib/lamp', content: Buffer.from('lit') }], 'gnu');
    await writeFile(source('left'), left);
    const debs = Object.keys(LIGHTHOUSE).map((name) => ({
      path: join(source('light'), name),
      effects: name.startsWith('lamp') ? source('left') : undefined,
    }));
    const config = await layOutRuntime({ ...RUNTIME_CONFIG, debs, template: undefined }, source('content'));
    const [lamp, lighthouse] = config.packages;
    expect([lamp?.effects?.size, lighthouse?.effects]).toEqual([left.length, undefined]);
    const content = await readFile(source('content'), 'latin1');
    const listOf = ({ offset = 0, size = 0 } = {}): unknown => JSON.parse(content.slice(offset, offset + size));
    expect(listOf(lamp?.files)).toEqual({ files: [['file', 'usr/share/lamp']] });
    expect(listOf(lighthouse?.files)).toEqual({ files: [['file', 'usr/share/lighthouse']] });
    const about = { id: 'light', title: 'Light', summary: '', version: '1', tags: [] };
    const pack = async (scratch: string) =>
      packRuntime(dir, { about, config, content: await compressInto(source('content'), scratch) });
    await publish(dir, pack, { alone: false });
    expect(await problems()).toEqual([]);
    const published = LIGHTHOUSE['lamp_1.2_i386.deb'];
    const around = aroundMember(EFFECTS_MEMBER, published.length, left.length);
    const entries = readDeb(piecesOf([published, around.before, left, around.after]), {
      decompress: unpack,
      extras: true,
    });
    const found: string[] = [];
    for await (const { part, path } of entries) if (part === 'effects') found.push(path);
    expect(found).toEqual(['var/lib/lamp']);
    // A last member of odd length may lack what fills it up.
    expect([...aroundMember(EFFECTS_MEMBER, published.length + 1, left.length).before]).toEqual([10, ...around.before]);
  });

  it('that the catalog calls a container is found out', async () => {
    await writeRuntimeFolder(source('light'), { debs: LIGHTHOUSE });
    await publishRuntime(dir, source('light'));
    const catalog = await readFile(join(dir, 'catalog.json'), 'utf8');
    await writeFile(join(dir, 'catalog.json'), catalog.replace('"runtime"', '"container"'));
    expect(await problems()).toEqual(['catalog.json: lighthouse@1 is a runtime, not a container']);
  });
});
