import { describe, expect, it } from 'vitest';
import { checkAppSettings, parseAppPath, type AppSettings } from '#domain/http/index.ts';
import { failureOf } from '../../support/failure.ts';

const SHOP: AppSettings = { port: 8000, name: 'shop', headers: [['Authorization', 'Basic eDp5']] };

describe('what the user sets for apps', () => {
  it('is a name and header fields for each port', () => {
    expect(checkAppSettings([SHOP, { port: 80, headers: [] }])).toEqual([SHOP, { port: 80, headers: [] }]);
  });

  it.each<[string, AppSettings[]]>([
    ['a port that is none', [{ ...SHOP, port: 0 }]],
    ['a name that could be a port', [{ ...SHOP, name: '80' }]],
    ['a name that is no part of a path', [{ ...SHOP, name: 'a/b' }]],
    ['two names alike', [SHOP, { ...SHOP, port: 81 }]],
    ['a port twice', [SHOP, { ...SHOP, name: 'other' }]],
    ['a header’s name that is none', [{ ...SHOP, headers: [['a b', 'c']] }]],
    ['a header that becomes two', [{ ...SHOP, headers: [['a', 'b\r\nc: d']] }]],
    ['what says how a request is sent', [{ ...SHOP, headers: [['Transfer-Encoding', 'chunked']] }]],
    ['another length', [{ ...SHOP, headers: [['content-length', '0']] }]],
  ])('cannot have %s', async (_, settings) => {
    expect((await failureOf(() => checkAppSettings(settings))).code).toBe('app/bad-settings');
  });
});

describe('a path', () => {
  it.each([
    ['/app/m/8000/a', { machine: 'm', app: '8000', port: 8000, path: '/a' }],
    ['/app/m/shop', { machine: 'm', app: 'shop', port: undefined, path: '' }],
    ['/app/m/shop-2/a?', { machine: 'm', app: 'shop-2', port: undefined, path: '/a?' }],
  ])('%s names an app by its port or its name', (path, expected) => {
    expect(parseAppPath(path, '')).toEqual(expected);
  });

  it.each(['/app/m/0/', '/app/m/70000/', '/app/m/Shop/', '/app/m/80x/', '/app/m/-a/', '/app/m', '/apps/m/80/'])(
    '%s is of no app',
    (path) => {
      expect(parseAppPath(path, '')).toBeUndefined();
    },
  );
});
