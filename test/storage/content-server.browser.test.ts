import { afterEach, describe, expect, it } from 'vitest';
import { commands } from 'vitest/browser';
import { CHUNK_BYTES } from '#domain/container/index.ts';
import type { MirrorOutcome } from '#ports/sources.ts';
import { IndexedContainerRecords } from '#storage/container-records.ts';
import { ContentServer } from '#storage/content/content-server.ts';
import { IndexedContentStore } from '#storage/indexed-content-store.ts';
import { loadCompression } from '#storage/index.ts';
import type { Fault } from '../support/faults.ts';
import { deleteDatabases, freshDatabase } from './support/databases.ts';

const SCOPE = 'http://app.test/';

interface Published {
  /** Of the catalog of a server of another origin. */
  readonly url: string;
  readonly disk: Uint8Array;
  readonly outcomes: MirrorOutcome[];
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Goes on in another thread over the same database: with nothing in memory. */
  restart(): void;
}

async function publish(chunks: readonly number[]): Promise<Published> {
  const { url, manifest, disk } = await commands.openContainerHost(chunks);
  const database = await freshDatabase();
  const contents = new IndexedContentStore(database);
  const storage = { contents, containers: new IndexedContainerRecords(database), machines: undefined };
  const outcomes: MirrorOutcome[] = [];
  const directory = {
    mirrorsOf: async () => [{ catalogUrl: url }],
    report: (_: unknown, outcome: MirrorOutcome) => void outcomes.push(outcome),
  };
  const open = (): ContentServer =>
    new ContentServer({ scope: SCOPE, storage, directory, compression: () => loadCompression() });
  let content = open();
  const ask = async (path: string, init?: RequestInit): Promise<Response> => {
    const answer = content.answer(new Request(`${SCOPE}c/${manifest}/${path}`, init));
    return (await answer) ?? Response.error();
  };
  const restart = (): void => {
    content = open();
  };
  return { url, disk: Uint8Array.from(atob(disk), (byte) => byte.charCodeAt(0)), outcomes, ask, restart };
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

const bringAll = { method: 'POST', body: JSON.stringify({ part: 'documents', chunks: [] }) };

afterEach(async () => {
  await commands.closeCatalogHosts();
  await deleteDatabases();
});

describe('content of another origin, in a browser', () => {
  it('comes over the network once, then from the device', async () => {
    const { disk, ask, restart, url } = await publish([1, 2, 0, 3]);
    expect(same(await bytesOf(await ask('disk')), disk)).toBe(true);
    await ask('fetch', { method: 'POST', body: JSON.stringify({ part: 'disk', chunks: [0, 1, 2, 3] }) });
    restart();
    await commands.closeCatalogHosts();
    const again = await ask('disk');
    expect(again.headers.get('Portolan-Origin')).toBe(`memory=${CHUNK_BYTES}, device=${3 * CHUNK_BYTES}, network=0`);
    expect(same(await bytesOf(again), disk)).toBe(true);
    expect(url).not.toContain(location.origin);
  });

  it.each<[string, Fault, string]>([
    ['a wrong byte', { kind: 'wrong-byte' }, 'chunk/digest-mismatch'],
    ['a short body', { kind: 'short-body' }, 'source/short-body'],
    ['the whole file for a range', { kind: 'range-ignored' }, 'source/range-ignored'],
    ['another range', { kind: 'another-range' }, 'source/range-ignored'],
    ['another encoding', { kind: 'encoded' }, 'source/wrong-encoding'],
    ['a circle', { kind: 'redirect-loop' }, 'source/redirected-endlessly'],
    ['a broken connection', { kind: 'dropped', after: 1000 }, 'source/unreachable'],
    ['401', { kind: 'status', status: 401 }, 'source/access-denied'],
    ['404', { kind: 'status', status: 404 }, 'source/not-found'],
    ['429 for long', { kind: 'status', status: 429, retryAfter: '100' }, 'source/too-many-requests'],
    ['503', { kind: 'status', status: 503 }, 'source/server-error'],
    ['nothing that we may read', { kind: 'no-cors' }, 'source/blocked'],
  ])('answered with %s is an error with a code, and comes when that is over', async (_, fault, code) => {
    const { disk, ask, url, outcomes } = await publish([1]);
    await ask('fetch', bringAll);
    await commands.failWith(url, { fault });
    const response = await ask('disk');
    expect(await response.json()).toMatchObject({ code });
    expect(response.headers.get('Portolan-Error')).toBe(code);
    expect(outcomes.at(-1)).toMatchObject({ ok: false, error: { code } });
    await commands.heal(url);
    // It wants to be left alone for longer than a test may take.
    if (code !== 'source/too-many-requests') {
      expect(same(await bytesOf(await ask('disk')), disk)).toBe(true);
    }
  });

  it('is waited for as long as the server asks', async () => {
    const { disk, ask, url } = await publish([1]);
    await ask('fetch', bringAll);
    await commands.failWith(url, { fault: { kind: 'status', status: 429, retryAfter: '1' }, times: 1 });
    expect(same(await bytesOf(await ask('disk')), disk)).toBe(true);
  });

  it('of a server that is gone is unreachable', async () => {
    const { ask } = await publish([1]);
    await ask('fetch', bringAll);
    await commands.closeCatalogHosts();
    expect(await (await ask('disk')).json()).toMatchObject({ code: 'source/unreachable' });
  });
});
