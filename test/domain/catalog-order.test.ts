import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterListings, moveTo, orderMirrors, type RankedMirror } from '#domain/catalog/index.ts';
import { anySources, entryOf } from '../support/listings.ts';

const NOW = 1000;
const mirror = (
  url: string,
  priority: number,
  failures = 0,
  latency?: number,
  retryAt?: number,
): RankedMirror & { readonly url: string } => ({ url, priority, health: { failures, latency, retryAt } });

describe('mirrors', () => {
  it('go by the user’s order, then health, then latency', () => {
    const best = [
      mirror('first', 0, 3, 900),
      mirror('fast', 1, 0, 10),
      mirror('slow', 1, 0, 500),
      mirror('untried', 1),
      mirror('failing', 1, 1, 1),
    ];
    expect(orderMirrors(best.toReversed(), NOW)).toEqual(best);
  });

  it('that are left alone for now come last', () => {
    const best = [mirror('other', 5), mirror('resting', 0, 1, 1, NOW + 1)];
    expect(orderMirrors(best.toReversed(), NOW)).toEqual(best);
    expect(orderMirrors(best, NOW + 1)).toEqual(best.toReversed());
  });

  it('are all there, in one order whatever the order before', () => {
    fc.assert(
      fc.property(anySources, (sources) => {
        const ordered = orderMirrors(sources, NOW);
        expect(orderMirrors(sources.toReversed(), NOW)).toEqual(ordered);
        expect(new Set(ordered)).toEqual(new Set(sources));
      }),
    );
  });
});

describe('moving within an order', () => {
  it.each([
    [0, 2, 'bca'],
    [2, 0, 'cab'],
    [1, 1, 'abc'],
    [0, 99, 'bca'],
    [2, -1, 'cab'],
  ])('%i to %i gives %s', (from, to, moved) => {
    expect(moveTo(['a', 'b', 'c'], from, to).join('')).toBe(moved);
  });

  it('keeps all others in their order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(), { minLength: 1 }), fc.nat(), fc.integer(), (list, at, to) => {
        const from = at % list.length;
        const moved = moveTo(list, from, to);
        expect(new Set(moved)).toEqual(new Set(list));
        expect(moved).toHaveLength(list.length);
        expect(moved.filter((item) => item !== list[from])).toEqual(list.filter((item) => item !== list[from]));
      }),
    );
  });
});

describe('filters', () => {
  const listing = (about: Parameters<typeof entryOf>[3], local = 'absent', mirrors = ['https://a.example/']) => ({
    entry: entryOf('base', '1', 'x', about),
    mirrors,
    local: { name: local },
  });
  const cafe = listing({ title: 'Café Ünïcode', tags: ['Debian'], summary: 'Web server' });
  const runtime = listing({ title: 'Node', summary: '', kind: 'runtime' }, 'offline-ready', ['https://b.example/']);
  const older = listing({ title: 'Old', summary: '' }, 'update-available');
  const all = [cafe, runtime, older];

  it.each([
    ['', 3],
    ['  ', 3],
    ['cafe', 1],
    ['CAFÉ unicode', 1],
    ['ｄｅｂ', 1],
    ['server debian', 1],
    ['base', 3],
    ['cafe node', 0],
    ['.*', 0],
  ])('“%s” finds %i', (text, count) => {
    expect(filterListings(all, { text })).toHaveLength(count);
  });

  it('by kind, source and what is here', () => {
    expect(filterListings(all, { kind: 'runtime' })).toEqual([runtime]);
    expect(filterListings(all, { source: 'https://b.example/' })).toEqual([runtime]);
    expect(filterListings(all, { offlineReady: true })).toEqual([runtime, older]);
    expect(filterListings(all, { offlineReady: false, kind: undefined })).toEqual(all);
    expect(filterListings(all, { offlineReady: true, text: 'old' })).toEqual([older]);
  });
});
