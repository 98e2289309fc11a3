import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { blobPath, CHUNK_BYTES, decodeChunkList, type Digest } from '#domain/container/index.ts';
import type { ErrorCode } from '#domain/errors/index.ts';
import { diskOf } from '../support/tiny-container.ts';
import { pathOf } from './harness/publisher.ts';
import { waitForControl } from './harness/service-worker.ts';
import { addSources } from './harness/shelf.ts';
import { expect, test } from './harness/test.ts';

/** What the route of a disk answers to a request for bytes of it. */
interface Answer {
  readonly status: number;
  readonly error: string | null;
  readonly digest: string;
}

function readDisk(page: Page, manifest: Digest, range: string): Promise<Answer> {
  return page.evaluate(
    async ([name, bytes]) => {
      const answer = await fetch(`c/${name}/disk`, { headers: { Range: bytes } });
      const body = await answer.arrayBuffer().catch(() => new ArrayBuffer());
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
      const digest = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
      return { status: answer.status, error: answer.headers.get('Portolan-Error'), digest };
    },
    [manifest, range] as const,
  );
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test('a flipped bit in any chunk reaches nobody: the answer is an error, and after that the right bytes', async ({
  page,
  site,
  openPublisher,
  problems,
}) => {
  problems.expect(/status of 502/);
  const publisher = await openPublisher();
  const { entry, container } = await publisher.offer(
    { id: 'chart', title: 'Chart' },
    { disk: diskOf([21, 0, 22, 23, 24], 1000) },
  );
  const { disk, files } = container;
  const list = files.get(blobPath(disk.chunks.digest)) ?? new Uint8Array();
  const records = decodeChunkList(list, disk.blob.size);
  await page.goto(site.url);
  await waitForControl(page);
  await addSources(page, [publisher.catalogUrl]);
  for (const [index, { offset, compressedLength }] of records.entries()) {
    if (compressedLength === 0) continue;
    const first = index * CHUNK_BYTES;
    const content = disk.content.subarray(first, first + CHUNK_BYTES);
    const range = `bytes=${first}-${first + content.length - 1}`;
    for (const at of [offset, offset + (compressedLength >> 1), offset + compressedLength - 1]) {
      publisher.server.inject({ path: pathOf(disk.blob), fault: { kind: 'wrong-byte', at } });
    }
    const code: ErrorCode = 'chunk/digest-mismatch';
    expect(await readDisk(page, entry.manifest.digest, range), `chunk ${index}`).toMatchObject({ error: code });
    publisher.server.heal();
    const right = { status: 206, error: null, digest: sha256(content) };
    expect(await readDisk(page, entry.manifest.digest, range), `chunk ${index}`).toEqual(right);
  }
});
