import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CatalogEntry, RuntimeConfig } from '#domain/container/index.ts';
import { hasFileList } from '#domain/packages/archive/index.ts';
import { ContainerKeeper, type Storage } from '#storage/index.ts';
import { compressInto, layOutRuntime, packRuntime, publish } from '../../publishing/index.ts';
import { PackageHost } from '../../workers/packages/package-host.ts';
import { withList } from '../domain/packages/archive/support/extra-members.ts';
import { tarOf } from '../domain/packages/archive/support/tar-writer.ts';
import { temporaryFolder } from '../publishing/support/sample.ts';
import { SCOPE } from '../storage/support/content-fixture.ts';
import { RUNTIME_CONFIG } from '../support/documents.ts';
import { failureOf } from '../support/failure.ts';
import { runtimeDevice } from '../support/runtime-device.ts';
import { filesOf, LIGHTHOUSE, writeRuntimeFolder } from '../support/tiny-runtime.ts';

const NOTHING = { config: '', diversions: '', overrides: '', fileTriggers: '', updates: '' };
const ABOUT = { id: 'light', title: 'Light', summary: '', version: '1', tags: [] };

let folder: string;

beforeEach(async () => void (folder = await temporaryFolder()));
afterEach(() => rm(folder, { recursive: true }));

const hostOf = (storage?: Storage) =>
  new PackageHost(() => (storage ? Promise.resolve(storage) : Promise.reject(new Error('nothing is stored'))));
const host = hostOf();
const blobOf = (bytes: Uint8Array): Blob => new Blob([Uint8Array.from(bytes)]);

/** Publishes the packages of the lighthouse, of one of which it is known what setting it up leaves. */
async function published(change: (config: RuntimeConfig) => RuntimeConfig): Promise<CatalogEntry> {
  const [source, content, left] = ['light', 'content', 'left'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeRuntimeFolder(source, { debs: LIGHTHOUSE });
  await writeFile(left, tarOf([{ name: './var/lib/lamp', content: Buffer.from('lit') }]));
  const debs = Object.keys(LIGHTHOUSE).map((name, i) => ({
    path: join(source, name),
    effects: i === 0 ? left : undefined,
  }));
  const config = change(await layOutRuntime({ ...RUNTIME_CONFIG, debs, template: undefined }, content));
  const pack = async (scratch: string) =>
    packRuntime(join(folder, 'public'), { about: ABOUT, config, content: await compressInto(content, scratch) });
  return (await publish(join(folder, 'public'), pack, { alone: false })).entry;
}

/** A runtime's packages, as a device gives them that has kept it, with no server. */
async function kept(entry: CatalogEntry): Promise<readonly Blob[]> {
  const { server, storage, parts } = await runtimeDevice(await filesOf(join(folder, 'public')), entry);
  await new ContainerKeeper(parts).keep(parts.manifest, { onProgress: () => undefined });
  await server.close();
  const request = { manifest: parts.manifest, scope: SCOPE, via: 'direct' as const, sources: [] };
  return (await hostOf(storage).readRuntime(request, () => undefined)).debs;
}

const ofOld = ({ packages, ...config }: RuntimeConfig): RuntimeConfig => ({
  ...config,
  packages: packages.map((each) => ({ ...each, files: undefined })),
});

describe('packages of a runtime', () => {
  it('list their files, so that none is unpacked only to know; those of an older one do not, and are', async () => {
    const [now, before] = [await kept(await published((config) => config)), await kept(await published(ofOld))];
    expect(await Promise.all([...now, ...before].map((deb) => hasFileList(deb)))).toEqual([true, true, false, false]);
    const facts = await host.read(now);
    expect(facts.map(({ name, paths, effects }) => [name, paths, effects])).toEqual([
      ['lamp', ['/usr/share/lamp'], ['/var/lib/lamp']],
      ['lighthouse', ['/usr/share/lighthouse'], []],
    ]);
    expect(await host.read(before)).toEqual(facts);
  });

  it('are written from either the same', async () => {
    const written = async (debs: readonly Blob[]) =>
      host.writeDirectly(
        debs.map((file) => ({ file, isConfigured: true })),
        NOTHING,
        2 ** 30,
      );
    const [now, before] = [await kept(await published((config) => config)), await kept(await published(ofOld))];
    expect(await written(now)).toEqual(await written(before));
  });

  it('that list other files than they have are not written, nor are those after them', async () => {
    const { 'lamp_1.2_i386.deb': lamp, 'lighthouse_1.1_i386.deb': lighthouse } = LIGHTHOUSE;
    const lying = blobOf(await withList(lamp, (list) => [...list, { path: 'etc/lamp', type: 'file' }]));
    const files = [lying, blobOf(lighthouse)];
    expect((await host.read(files))[0]?.paths).toEqual(['/usr/share/lamp', '/etc/lamp']);
    const writing = host.writeDirectly(
      files.map((file) => ({ file, isConfigured: false })),
      NOTHING,
      2 ** 30,
    );
    expect(await failureOf(writing)).toMatchObject({
      code: 'archive/damaged',
      data: { detail: 'it has the file “/etc/lamp” where the package has nothing more' },
    });
  });
});
