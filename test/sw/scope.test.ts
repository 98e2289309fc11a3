import { expect, it } from 'vitest';
import { isShell, ownCatalogUrl } from '../../sw/scope.ts';

const SCOPE = 'https://example.org/lab/portolan/';

it.each(['', 'index.html', '?debug', '?boot=base&from=disk', '#base'])('the app is at “%s”', (path) => {
  expect(isShell(new URL(path, SCOPE), SCOPE)).toBe(true);
});

it.each(['catalog/catalog.json', 'app/m1/80/', 'index.htm', '../', '..', 'https://example.com/lab/portolan/'])(
  'the app is not at “%s”',
  (path) => {
    expect(isShell(new URL(path, SCOPE), SCOPE)).toBe(false);
  },
);

it('the catalog is beside the app, below whatever path', () => {
  expect(ownCatalogUrl(SCOPE)).toBe('https://example.org/lab/portolan/catalog/catalog.json');
});
