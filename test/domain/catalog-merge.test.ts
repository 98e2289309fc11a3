import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, mergeCatalogs, pickEntry, type ForeignEntry } from '#domain/catalog/index.ts';
import { failureOf } from '../support/failure.ts';
import { anySources, entryOf, listingOf, sourceOf } from '../support/listings.ts';

const NOW = 1000;
const A = 'https://a.example/catalog.json';
const B = 'https://b.example/catalog.json';

describe('catalogs of several sources', () => {
  it('with the same bytes are one entry with several mirrors, in the words of the first', () => {
    const mine = entryOf('base', '1', 'same', { title: 'Mine' });
    const theirs = entryOf('basis', '1', 'same', { title: 'Theirs' });
    const sources = [sourceOf(B, listingOf(theirs), { priority: 1 }), sourceOf(A, listingOf(mine))];
    expect(mergeCatalogs(sources, NOW).entries).toEqual([
      { entry: mine, mirrors: [A, B], conflicts: [], staleSince: undefined },
    ]);
  });

  it('with other bytes under the same id and version show the conflict on each', () => {
    const [mine, theirs] = [entryOf('base', '1', 'mine'), entryOf('base', '1', 'theirs')];
    const { entries } = mergeCatalogs(
      [sourceOf(A, listingOf(mine)), sourceOf(B, listingOf(theirs), { priority: 1 })],
      NOW,
    );
    expect(entries.map(({ entry, conflicts }) => [entry, conflicts])).toEqual([
      [mine, [theirs.manifest.digest]],
      [theirs, [mine.manifest.digest]],
    ]);
  });

  it('with a container and a runtime of one name have both, without a conflict', () => {
    const entries = [entryOf('nginx', '1', 'container'), entryOf('nginx', '1', 'runtime', { kind: 'runtime' })];
    const sources = entries.map((entry, priority) => sourceOf([A, B][priority] ?? A, listingOf(entry), { priority }));
    expect(mergeCatalogs(sources, NOW).entries.map(({ conflicts }) => conflicts)).toEqual([[], []]);
  });

  it('show a conflict also where the name is that of a source whose words were not chosen', () => {
    const same = entryOf('base', '1', 'same');
    const sources = [
      sourceOf(A, listingOf(same)),
      sourceOf(B, listingOf({ ...same, id: 'web' }), { priority: 1 }),
      sourceOf('https://c.example/', listingOf(entryOf('web', '1', 'other')), { priority: 2 }),
    ];
    expect(mergeCatalogs(sources, NOW).entries.map(({ conflicts }) => conflicts.length)).toEqual([1, 1]);
  });

  it('keep versions of an id together, the highest first', () => {
    const [one, two, ten] = ['1', '2', '10'].map((version) => entryOf('base', version, version));
    const sources = [
      sourceOf(A, listingOf(two!, entryOf('web', '1', 'web'))),
      sourceOf(B, listingOf(one!, ten!), { priority: 1 }),
    ];
    const names = mergeCatalogs(sources, NOW).entries.map(({ entry }) => `${entry.id} ${entry.version}`);
    expect(names).toEqual(['base 10', 'base 2', 'base 1', 'web 1']);
  });

  it('are as old as the newest of them, once none answers', () => {
    const base = listingOf(entryOf('base', '1', 'same'));
    const stale = sourceOf(A, base, { stale: true, readAt: 5 });
    const older = sourceOf(B, base, { stale: true, readAt: 3 });
    expect(mergeCatalogs([stale, older], NOW).entries[0]?.staleSince).toBe(5);
    expect(mergeCatalogs([stale, { ...older, stale: false }], NOW).entries[0]?.staleSince).toBeUndefined();
  });

  it('list what cannot be booted once per address', () => {
    const picture = { format: 'rts.png', id: '1', url: 'https://a.example/x.rts.png' } as ForeignEntry;
    const listing = { entries: [], foreign: [picture] };
    const sources = [sourceOf(B, listing, { priority: 1 }), sourceOf(A, listing, { stale: true, readAt: 7 })];
    expect(mergeCatalogs(sources, NOW).foreign).toEqual([{ entry: picture, source: A, staleSince: 7 }]);
  });
});

describe('merging any sources', () => {
  it('does not depend on their order', () => {
    const shuffled = anySources.chain((sources) =>
      fc.tuple(fc.constant(sources), fc.shuffledSubarray(sources, { minLength: sources.length })),
    );
    fc.assert(
      fc.property(shuffled, ([sources, others]) => {
        expect(mergeCatalogs(others, NOW)).toEqual(mergeCatalogs(sources, NOW));
      }),
    );
  });

  it('lists exactly the bytes that someone lists, each once, with exactly the sources that list them', () => {
    fc.assert(
      fc.property(anySources, (sources) => {
        const { entries } = mergeCatalogs(sources, NOW);
        const listed = sources.flatMap(({ listing }) => listing.entries.map(({ manifest }) => manifest.digest));
        const merged = entries.map(({ entry }) => entry.manifest.digest);
        expect(merged.toSorted()).toEqual([...new Set(listed)].toSorted());
        for (const { entry, mirrors } of entries) {
          const having = sources.filter(({ listing }) =>
            listing.entries.some(({ manifest }) => manifest.digest === entry.manifest.digest),
          );
          expect(mirrors.toSorted()).toEqual(having.map(({ url }) => url).toSorted());
        }
      }),
    );
  });

  it('shows each conflict on both sides, and none where ids and versions agree on the bytes', () => {
    fc.assert(
      fc.property(anySources, (sources) => {
        const { entries } = mergeCatalogs(sources, NOW);
        for (const { entry, conflicts } of entries) {
          for (const digest of conflicts) {
            const other = entries.find((each) => each.entry.manifest.digest === digest);
            expect(other?.conflicts).toContain(entry.manifest.digest);
          }
          const rivals = entries.filter(
            (each) => each.entry.id === entry.id && each.entry.version === entry.version && each.entry !== entry,
          );
          for (const rival of rivals) expect(conflicts).toContain(rival.entry.manifest.digest);
        }
      }),
    );
  });
});

describe('picking by name', () => {
  const { entries } = mergeCatalogs(
    [
      sourceOf(A, listingOf(entryOf('base', '1', 'old'), entryOf('base', '2', 'new'), entryOf('web', '1', 'mine'))),
      sourceOf(B, listingOf(entryOf('web', '1', 'theirs')), { priority: 1 }),
    ],
    NOW,
  );

  it('takes the highest version', () => {
    expect(pickEntry(entries, 'base').entry.version).toBe('2');
  });

  it('takes what a digest names, also where its name is not enough', () => {
    const { digest } = entryOf('web', '1', 'theirs').manifest;
    expect(pickEntry(entries, digest).mirrors).toEqual([B]);
  });

  it('chooses nothing of itself', async () => {
    expect(await failureOf(() => pickEntry(entries, 'web'))).toEqual({
      code: 'container/ambiguous',
      data: { ref: 'web', count: 2 },
    });
  });

  it('says when there is nothing of that name', async () => {
    expect(await failureOf(() => pickEntry(entries, 'none'))).toMatchObject({ code: 'container/not-found' });
  });
});

describe('versions', () => {
  it.each([
    ['1', '2'],
    ['2', '10'],
    ['1.9', '1.10'],
    ['1', '1.0'],
    ['2024-12-31', '2025-01-01'],
    ['99999999999999999999998', '99999999999999999999999'],
  ])('%s is before %s', (a, b) => {
    expect(compareVersions(a, b)).toBeLessThan(0);
  });

  it('have one order', () => {
    const version = fc.string({ unit: fc.constantFrom('0', '1', '9', '.', 'a', '-'), maxLength: 6 });
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
        expect(compareVersions(a, b) === 0).toBe(a === b);
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
