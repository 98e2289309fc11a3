import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStartPath } from '#domain/http/index.ts';
import { formatShareLink, parseShareLink, type ShareLink } from '#domain/share/index.ts';
import { findLink } from '#ui/models/incoming-link.ts';
import { failureOf } from '../support/failure.ts';
import { digest } from '../ui/digest.ts';

const MANIFEST = digest('c');

const paths = fc.tuple(fc.webPath(), fc.string()).map(([path, query]) => parseStartPath(`${path}?${query}#${query}`));
const links: fc.Arbitrary<ShareLink> = fc.record(
  {
    manifest: fc.constant(MANIFEST),
    from: fc.uniqueArray(
      fc.webUrl().map((url) => new URL(url).href),
      { maxLength: 8 },
    ),
    app: fc.record({ port: fc.integer({ min: 1, max: 65_535 }), path: paths }),
  },
  { requiredKeys: ['manifest', 'from'] },
);

describe('a share link', () => {
  it('leads to the container and to the page of an app in it, however it is handed on', () => {
    fc.assert(
      fc.property(links, (link) => {
        const fragment = formatShareLink(link);
        expect(parseShareLink(fragment)).toEqual(link);
        expect(findLink(`Look: https://portolan.example/${fragment}.`)).toBe(fragment);
      }),
    );
  });

  it('names an app by its port, and its root where no path is', () => {
    expect(formatShareLink({ manifest: MANIFEST, from: [], app: { port: 80, path: '/a?b' } })).toBe(
      `#/boot/${MANIFEST}?app=80%2Fa%3Fb`,
    );
    expect(parseShareLink(`#/boot/${MANIFEST}?app=8000`)?.app).toEqual({ port: 8000, path: '/' });
    expect(parseShareLink(`#/boot/${MANIFEST}?app=8000/docs/`)?.app).toEqual({ port: 8000, path: '/docs/' });
  });

  it.each(['app=', 'app=0/', 'app=65536/', 'app=shop/', 'app=80x', 'app=80&app=81', `app=80/${'x'.repeat(3000)}`])(
    'is refused with %s',
    async (query) => {
      expect((await failureOf(() => parseShareLink(`#/boot/${MANIFEST}?${query}`))).code).toBe('link/invalid');
    },
  );
});
