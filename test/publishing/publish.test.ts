import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blobPath, CatalogSchema, MachineConfigSchema, parseJson, readManifest } from '#domain/container/index.ts';
import {
  copyContainer,
  findEntry,
  inspectDisk,
  openPublication,
  packImage,
  publish,
  verifyPublication,
} from '../../publishing/index.ts';
import { failureOf } from '../support/failure.ts';
import { bzImage, ext2Image, publishSample, temporaryFolder } from './support/sample.ts';

let folder: string;
/** Where things are published. */
let dir: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  dir = join(folder, 'catalog');
});
afterEach(() => rm(folder, { recursive: true }));

async function versions(place = dir): Promise<string[]> {
  const text = await readFile(join(place, 'catalog.json'), 'utf8');
  return parseJson(CatalogSchema, text, 'the catalog').entries.map(({ id, version }) => `${id}@${version}`);
}

async function problems(place = dir) {
  return (await verifyPublication(await openPublication(place))).problems;
}

/** Names and times of all files: what tells whether anything was touched. */
async function traces(): Promise<string[]> {
  const names = await readdir(dir, { recursive: true });
  return Promise.all(names.map(async (name) => `${name} ${(await stat(join(dir, name))).mtimeMs}`));
}

describe('publishing', () => {
  it('the same twice changes nothing', async () => {
    const first = await publishSample(dir);
    const before = await traces();
    expect(await publishSample(dir)).toEqual(first);
    expect(await traces()).toEqual(before);
  });

  it('the same elsewhere gives the same digests', async () => {
    const [first, second] = [await publishSample(dir), await publishSample(join(folder, 'other'))];
    expect(second.manifest).toEqual(first.manifest);
  });

  it('puts a new version before the older ones, which stay', async () => {
    await publishSample(dir, { id: 'first' });
    await publishSample(dir, { version: '1' });
    await publishSample(dir, { version: '2', disk: [1, 0, 3] });
    expect(await versions()).toEqual(['first@1', 'sample@2', 'sample@1']);
    expect(await problems()).toEqual([]);
  });

  it('replaces a version where it stands, and leaves what links still lead to', async () => {
    const first = await publishSample(dir);
    await publishSample(dir, { id: 'other' });
    const second = await publishSample(dir, { disk: [4] });
    expect(await versions()).toEqual(['sample@1', 'other@1']);
    expect(second.manifest).not.toEqual(first.manifest);
    await expect(stat(join(dir, blobPath(first.manifest.digest)))).resolves.toBeDefined();
    expect(await problems()).toEqual([]);
  });

  it('with the others gone removes what only they needed', async () => {
    const first = await publishSample(dir);
    const other = await publishSample(dir, { id: 'other', disk: [1, 0, 2] });
    await publishSample(dir, { version: '2', disk: [4], alone: true });
    expect(await versions()).toEqual(['sample@2', 'other@1']);
    await expect(stat(join(dir, blobPath(first.manifest.digest)))).rejects.toThrow('ENOENT');
    expect((await stat(join(dir, blobPath(other.manifest.digest)))).size).toBe(other.manifest.size);
    expect(await problems()).toEqual([]);
  });

  it('into a layout of another tool keeps what is there', async () => {
    const first = await publishSample(dir);
    await rm(join(dir, 'catalog.json'));
    await publishSample(dir, { id: 'other' });
    expect(await versions()).toEqual(['other@1']);
    const index = await readFile(join(dir, 'index.json'), 'utf8');
    expect(index).toContain(first.manifest.digest);
    expect(index).toContain('"sample-1"');
  });

  it('into a folder whose catalog cannot be read changes nothing', async () => {
    await mkdir(dir);
    await writeFile(join(dir, 'catalog.json'), '{');
    expect(await failureOf(publishSample(dir))).toMatchObject({ code: 'format/invalid' });
    expect(await readFile(join(dir, 'catalog.json'), 'utf8')).toBe('{');
  });

  it('that breaks off leaves the catalog as it was, and nothing beside it', async () => {
    await publishSample(dir);
    const before = await traces();
    const work = publish(dir, () => Promise.reject(new Error('broke off')), { alone: true });
    await expect(work).rejects.toThrow('broke off');
    expect(await traces()).toEqual(before);
  });

  it('waits for nobody who writes to the same folder, but for nobody who is gone', async () => {
    await mkdir(dir);
    await writeFile(join(dir, '.portolan-lock'), String(process.ppid));
    await expect(publishSample(dir)).rejects.toThrow(`Process ${process.ppid} is writing to ${dir} now`);
    const { pid } = spawnSync(process.execPath, ['--version']);
    await writeFile(join(dir, '.portolan-lock'), String(pid));
    await mkdir(join(dir, 'blobs/sha256'), { recursive: true });
    await writeFile(join(dir, 'blobs/sha256/aa.part'), 'left by a crash');
    await publishSample(dir);
    expect((await readdir(dir)).toSorted()).toEqual(['blobs', 'catalog.json', 'index.json', 'oci-layout']);
    expect((await readdir(join(dir, 'blobs/sha256'))).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('a copy of a container', () => {
  /** Publishes a container of one catalog in another. */
  async function copy(from: string, to: string, reference?: string) {
    const source = await openPublication(from);
    const entry = await findEntry(source, reference);
    const pack = async (scratch: string) => {
      await copyContainer(to, scratch, source, entry);
      return entry;
    };
    return (await publish(to, pack, { alone: false })).entry;
  }

  it('is the same, and shares nothing with the original', async () => {
    const original = await publishSample(dir);
    const target = join(folder, 'target');
    expect(await copy(dir, target)).toEqual(original);
    expect(await problems(target)).toEqual([]);
    const path = join(target, blobPath(original.manifest.digest));
    expect((await stat(path)).nlink).toBe(1);
  });

  it('of a layout without a catalog has what the container says of itself', async () => {
    const { manifest, thumbnail, size } = await publishSample(dir, { id: 'some', version: '2.0' });
    await rm(join(dir, 'catalog.json'));
    const entry = await copy(dir, join(folder, 'target'), 'some@2.0');
    expect(entry).toMatchObject({ id: 'some', version: '2.0', title: 'some', tags: [], manifest, thumbnail, size });
  });

  it('of a damaged one is not made', async () => {
    const { manifest } = await publishSample(dir);
    const { disk } = readManifest(await readFile(join(dir, blobPath(manifest.digest)), 'utf8'));
    const path = join(dir, blobPath(disk.blob.digest));
    const bytes = await readFile(path);
    await writeFile(path, bytes.fill(0, 100, 101));
    const target = join(folder, 'target');
    await expect(copy(dir, target)).rejects.toThrow(`${path}: its digest is sha256:`);
    await expect(stat(join(target, 'catalog.json'))).rejects.toThrow('ENOENT');
    await expect(stat(join(target, blobPath(disk.blob.digest)))).rejects.toThrow('ENOENT');
  });

  it('has to be of something that is there', async () => {
    await publishSample(dir);
    await publishSample(dir, { id: 'other' });
    const target = join(folder, 'target');
    await expect(copy(dir, target)).rejects.toThrow(`has sample@1, other@1: say which, as in ${dir}#sample`);
    await expect(copy(dir, target, 'gone')).rejects.toThrow('has no “gone”, but sample@1, other@1.');
    await expect(copy(folder, target)).rejects.toThrow('it is no catalog');
  });
});

describe('a disk’s image', () => {
  async function packed(place: string) {
    const path = join(folder, 'disk.img');
    await writeFile(path, ext2Image(20, { label: 'tools' }));
    const disk = await inspectDisk(path, { anything: false });
    const about = { id: 'image', title: disk.label, summary: '', version: '1', tags: [] };
    const parts = { about, disk, kernel: bzImage(), initrd: undefined, commandLine: 'quiet', memory: 2 ** 28 };
    const pack = (scratch: string) => packImage(place, scratch, { ...parts, thumbnail: undefined });
    return (await publish(place, pack, { alone: false })).entry;
  }

  it('becomes a container, the same each time', async () => {
    const [first, second] = [await packed(dir), await packed(join(folder, 'other'))];
    expect(second).toEqual(first);
    expect(first).toMatchObject({ id: 'image', kind: 'container', title: 'tools' });
    expect(await problems()).toEqual([]);
    const manifest = readManifest(await readFile(join(dir, blobPath(first.manifest.digest)), 'utf8'));
    expect(manifest.thumbnail).toEqual(first.thumbnail);
    const config = await readFile(join(dir, blobPath(manifest.config.digest)), 'utf8');
    const expected = { engines: ['v86'], diskSize: 20 * 128 * 1024, kernelCommandLine: 'quiet', memory: 2 ** 28 };
    expect(parseJson(MachineConfigSchema, config, 'it')).toMatchObject(expected);
  });
});
