import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BlobServer, type Fault } from '../support/blob-server.ts';
import { diskOf } from '../support/tiny-container.ts';
import { askContent, bytesOf, contentFixture, same, type ContentFixture } from './support/content-fixture.ts';
import { ListedMirrors, SteppedPacing } from './support/directory.ts';

/** All but those that take their 15 s to be seen. */
const faults = fc.oneof(
  fc.constantFrom<Fault>(
    'wrong-byte',
    'short',
    'long',
    'range-ignored',
    'another-range',
    'another-length',
    'range-unsaid',
    'reset',
    'encoded',
    'redirect-loop',
  ),
  fc.record({ status: fc.constantFrom(401, 403, 404, 410, 416, 429, 500, 503) }),
  fc.record({ after: fc.nat(200_000) }),
);

/** Disks with zeros and repetitions, and reads of them that overlap. */
const cases = fc.record({
  chunks: fc.array(fc.nat(6), { minLength: 1, maxLength: 10 }),
  short: fc.nat(1000),
  reads: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(400_000)), {
    minLength: 1,
    maxLength: 6,
  }),
  /** Of the first server's answers, in turn; then it is sound. */
  failing: fc.array(fc.option(faults, { nil: undefined }), { maxLength: 12 }),
});

interface Read {
  readonly first: number;
  readonly last: number;
}

/** The bytes of an answer; undefined when it breaks off, or is an error. */
async function read({ content, container }: ContentFixture, { first, last }: Read): Promise<Uint8Array | undefined> {
  const answer = await askContent(content, container, 'disk', { headers: { Range: `bytes=${first}-${last}` } });
  return answer.status === 206 ? bytesOf(answer).catch(() => undefined) : undefined;
}

function failInTurn(server: BlobServer, failing: readonly (Fault | undefined)[]): void {
  let answered = 0;
  server.failWith(() => failing[answered++]);
}

it('reads at the same time get the right bytes or none, whatever a server does; all of them where another is sound', async () => {
  await fc.assert(
    fc.asyncProperty(cases, fc.boolean(), async ({ chunks, short, reads, failing }, hasSecond) => {
      const pacing = new SteppedPacing();
      const fixture = await contentFixture({ disk: diskOf(chunks, short), trace: [0] }, { pacing });
      const { container, server } = fixture;
      const second = await BlobServer.start(container.files);
      const urls = [server.catalogUrl, ...(hasSecond ? [second.catalogUrl] : [])];
      const content = fixture.restart({ directory: new ListedMirrors(...urls) });
      failInTurn(server, failing);
      const { length } = container.disk.content;
      const wanted = reads.map(([at, count]) => {
        const first = Math.floor(at * (length - 1));
        return { first, last: Math.min(length - 1, first + count) };
      });
      const answers = await Promise.all(wanted.map((each) => read({ ...fixture, content }, each)));
      await Promise.all([server.close(), second.close()]);
      for (const [i, { first, last }] of wanted.entries()) {
        const bytes = answers[i];
        if (hasSecond) expect(bytes).toBeDefined();
        if (bytes) expect(same(bytes, container.disk.content.subarray(first, last + 1))).toBe(true);
      }
    }),
    { numRuns: 40 },
  );
});
