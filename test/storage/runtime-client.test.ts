import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { nextOffset, type CatalogEntry } from '#domain/container/index.ts';
import { ContainerClient, ContainerKeeper, directFetch, RuntimeClient } from '#storage/index.ts';
import { temporaryFolder } from '../publishing/support/sample.ts';
import { failureOf } from '../support/failure.ts';
import { runtimeDevice } from '../support/runtime-device.ts';
import { filesOf, LIGHTHOUSE, publishRuntime, TEMPLATE, writeRuntimeFolder } from '../support/tiny-runtime.ts';
import { publish } from './support/content-fixture.ts';

let folder: string;
let entry: CatalogEntry;
let files: Map<string, Uint8Array<ArrayBuffer>>;

beforeAll(async () => {
  folder = await temporaryFolder();
  await writeRuntimeFolder(join(folder, 'light'), { debs: LIGHTHOUSE, template: TEMPLATE });
  entry = await publishRuntime(join(folder, 'public'), join(folder, 'light'));
  files = await filesOf(join(folder, 'public'));
});
afterAll(() => rm(folder, { recursive: true }));

async function device() {
  const made = await runtimeDevice(files, entry);
  onTestFinished(() => made.server.close());
  return made;
}

const bytesOf = async (blob: Blob): Promise<Buffer> => Buffer.from(await blob.arrayBuffer());

describe('a runtime', () => {
  it('gives each of its packages, and its template, as they were published', async () => {
    const { parts } = await device();
    const runtime = await RuntimeClient.open(parts);
    const { packages, template } = runtime.config;
    let told = 0;
    const onBytes = (bytes: number): void => void (told += bytes);
    const debs = await Promise.all(packages.map((each) => runtime.read(each, { onBytes })));
    for (const [i, deb] of Object.values(LIGHTHOUSE).entries())
      expect((await bytesOf(debs[i] ?? new Blob())).equals(deb)).toBe(true);
    const last = packages.at(-1) ?? { offset: 0, size: 0 };
    expect(told).toBe(nextOffset(last.offset + last.size));
    expect(template && (await bytesOf(await runtime.read(template))).equals(TEMPLATE)).toBe(true);
  });

  it('is downloaded whole as containers are, and is then read with no server', async () => {
    const { parts, server, shelf } = await device();
    const seen: number[] = [];
    const onProgress = ({ bytes }: { readonly bytes: number }): void => void seen.push(bytes);
    await new ContainerKeeper(parts).keep(parts.manifest, { onProgress });
    expect(seen.at(-1)).toBeGreaterThan(300_000);
    await server.close();
    const runtime = await RuntimeClient.open(parts);
    const [lamp] = runtime.config.packages;
    expect(lamp && (await bytesOf(await runtime.read(lamp))).equals(LIGHTHOUSE['lamp_1.2_i386.deb'])).toBe(true);
    expect(await shelf.list()).toMatchObject([{ title: 'Lighthouse', version: '1' }]);
    await shelf.remove(parts.manifest);
    expect(await shelf.list()).toEqual([]);
  });

  it('with wrong bytes on the server is refused, and nothing of them is kept', async () => {
    const { parts, server } = await device();
    const runtime = await RuntimeClient.open(parts);
    const [lamp] = runtime.config.packages;
    server.failWith('wrong-byte');
    const failure = await failureOf(runtime.read(lamp ?? { offset: 0, size: 1 }));
    expect(failure.code).toBe('chunk/digest-mismatch');
    server.failWith(undefined);
    expect(lamp && (await bytesOf(await runtime.read(lamp))).equals(LIGHTHOUSE['lamp_1.2_i386.deb'])).toBe(true);
  });

  it('does not boot, and a container is no runtime', async () => {
    const { parts } = await device();
    expect(await failureOf(ContainerClient.open(parts))).toEqual({
      code: 'container/is-runtime',
      data: { title: 'Lighthouse' },
    });
    const { container, content } = await publish();
    const other = { ...parts, manifest: container.manifest.digest, fetch: directFetch(() => content) };
    expect(await failureOf(RuntimeClient.open({ ...other, contents: undefined }))).toMatchObject({
      code: 'format/invalid',
      data: { detail: 'it is a container, not a runtime' },
    });
  });
});
