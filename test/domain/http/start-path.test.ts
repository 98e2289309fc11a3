import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAppSettings, parseStartPath } from '#domain/http/index.ts';
import { failureOf } from '../../support/failure.ts';

const ROOT = 'http://apps.portolan.localhost:8080/app/isle/80/';

describe('where an app opens', () => {
  it.each([
    ['', '/'],
    [' about.html ', '/about.html'],
    ['/docs/?a=1#top', '/docs/?a=1#top'],
    ['//evil.example/', '//evil.example/'],
    ['/a b', '/a%20b'],
    [`${ROOT}docs/`, '/docs/'],
    // As a server in the guest says where it is.
    ['http://localhost:3000/login?next=%2F', '/login?next=%2F'],
  ])('is “%s” as %s', (text, path) => {
    expect(parseStartPath(text, ROOT)).toBe(path);
  });

  it('is a path below the app whatever one writes, and stays as it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.webPath()), (text) => {
        const path = parseStartPath(text);
        expect(new URL(`http://host.example${path}`).host).toBe('host.example');
        expect(parseStartPath(path)).toBe(path);
        expect(checkAppSettings([{ port: 80, path, headers: [] }])).toHaveLength(1);
      }),
    );
  });

  it('is no longer than any page’s address', async () => {
    expect((await failureOf(() => parseStartPath('x'.repeat(3000)))).code).toBe('app/bad-settings');
  });
});
