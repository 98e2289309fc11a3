import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressForPage, requestForGuest, responseForPage, type AppRoute } from '#domain/http/index.ts';

const ROUTE: AppRoute = {
  origin: 'http://apps.portolan.localhost:8080',
  base: '',
  machine: 'm1',
  app: '3000',
  port: 3000,
};
const NAMED: AppRoute = { ...ROUTE, app: 'shop' };
const NOTHING = { cookies: undefined, custom: [] };

describe('an address that a server gives', () => {
  it.each([
    ['/login', '/app/m1/3000/login'],
    ['/login?next=%2Fx#top', '/app/m1/3000/login?next=%2Fx#top'],
    ['details', '/app/m1/3000/shop/details'],
    ['../up', '/app/m1/3000/up'],
    ['../../../../etc', '/app/m1/3000/etc'],
    ['?page=2', '/app/m1/3000/shop/cart?page=2'],
    ['', '/app/m1/3000/shop/cart?x=1'],
    ['http://localhost:3000/a', '/app/m1/3000/a'],
    ['http://127.0.0.1:3000/a', '/app/m1/3000/a'],
    ['http://[::1]:3000/', '/app/m1/3000/'],
    ['http://0.0.0.0:3000', '/app/m1/3000/'],
    ['http://localhost:8000/other', '/app/m1/8000/other'],
    ['http://localhost/', '/app/m1/80/'],
    ['http://apps.portolan.localhost:8080/a', '/app/m1/3000/a'],
    ['//apps.portolan.localhost:8080/a', '/app/m1/3000/a'],
    ['/app/m1/3000/a', '/app/m1/3000/a'],
    ['/app/m1/8000/a', '/app/m1/8000/a'],
    ['/app/m2/3000/a', '/app/m1/3000/app/m2/3000/a'],
    ['/app/m1', '/app/m1/3000/app/m1'],
    ['https://example.org/a', 'https://example.org/a'],
    ['//example.org/a', '//example.org/a'],
    ['http://localhost.example.org/', 'http://localhost.example.org/'],
    ['http://portolan.localhost:8080/', 'http://portolan.localhost:8080/'],
    ['javascript:alert(1)', 'javascript:alert(1)'],
    ['http://', 'http://'],
  ])('%s becomes %s', (address, expected) => {
    expect(addressForPage(address, '/shop/cart?x=1', ROUTE)).toBe(expected);
  });

  it('keeps the app’s name', () => {
    expect(addressForPage('/a', '/', NAMED)).toBe('/app/m1/shop/a');
    expect(addressForPage('http://localhost:3000/a', '/', NAMED)).toBe('/app/m1/shop/a');
    expect(addressForPage('http://localhost:3001/a', '/', NAMED)).toBe('/app/m1/3001/a');
  });

  it('is relative to what was asked for, whatever that looks like', () => {
    expect(addressForPage('next', '//elsewhere.test/x', ROUTE)).toBe('/app/m1/3000//elsewhere.test/next');
    expect(addressForPage('next', '*', ROUTE)).toBe('/app/m1/3000/next');
  });

  it('never leads to another machine, or out of the apps’ paths', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webPath(), fc.webUrl()), fc.webPath(), (address, target) => {
        const given = addressForPage(address, `/${target}`, ROUTE);
        const url = URL.parse(given, ROUTE.origin);
        if (url?.origin === ROUTE.origin) expect(url.pathname.startsWith('/app/m1/')).toBe(true);
      }),
    );
  });

  it('is rewritten in all fields that hold one', () => {
    const headers = [
      ['Location', '/a'],
      ['Content-Location', 'b'],
      ['Refresh', '5; url=/c'],
      ['refresh', "0;URL='http://localhost:3000/d'"],
      ['Refresh', '3'],
      ['Link', '</e>; rel=x'],
    ] as const;
    expect(responseForPage(headers, '/x/y', ROUTE).headers).toEqual([
      ['Location', '/app/m1/3000/a'],
      ['Content-Location', '/app/m1/3000/x/b'],
      ['Refresh', '5; url=/app/m1/3000/c'],
      ['refresh', '0; url=/app/m1/3000/d'],
      ['Refresh', '3'],
      ['Link', '</e>; rel=x'],
    ]);
  });
});

describe('an answer', () => {
  it('loses what is about the connection, and keeps what protects the page', () => {
    const { headers } = responseForPage(
      [
        ['Connection', 'close, X-Internal'],
        ['X-Internal', '1'],
        ['Keep-Alive', 'timeout=5'],
        ['Transfer-Encoding', 'chunked'],
        ['Trailer', 'X-Sum'],
        ['Upgrade', 'h2c'],
        ['Content-Security-Policy', "default-src 'self'"],
        ['X-Frame-Options', 'DENY'],
        ['Cross-Origin-Opener-Policy', 'same-origin'],
        ['Vary', 'a'],
        ['Vary', 'b'],
      ],
      '/',
      ROUTE,
    );
    expect(headers).toEqual([
      ['Content-Security-Policy', "default-src 'self'"],
      ['X-Frame-Options', 'DENY'],
      ['Cross-Origin-Opener-Policy', 'same-origin'],
      ['Vary', 'a'],
      ['Vary', 'b'],
    ]);
  });

  it('loses what would act on all apps at once', () => {
    const { headers, clearsCookies } = responseForPage(
      [
        ['Clear-Site-Data', '"cache", "cookies"'],
        ['Strict-Transport-Security', 'max-age=1'],
        ['Service-Worker-Allowed', '/'],
        ['Alt-Svc', 'h3=":443"'],
        ['ETag', '"1"'],
      ],
      '/',
      ROUTE,
    );
    expect([headers, clearsCookies]).toEqual([[['ETag', '"1"']], true]);
  });

  it('gives its cookies to the jar', () => {
    const answer = responseForPage([['Set-Cookie', 'a=1'], ['set-cookie', 'b=2'], ['Age', '1']], '/', ROUTE); // prettier-ignore
    expect(answer).toEqual({ headers: [['Age', '1']], setCookies: ['a=1', 'b=2'], clearsCookies: false });
  });
});

describe('a page’s request', () => {
  it('tells the server where it is seen, and nothing that the page has made up about that', () => {
    const made = ['Host', 'X-Forwarded-Host', 'x-forwarded-for', 'Forwarded', 'X-Real-IP', 'Cookie', 'Connection', 'TE', 'Accept-Encoding'].map((name) => [name, 'evil'] as const); // prettier-ignore
    expect(requestForGuest([...made, ['Range', 'bytes=0-9'], ['Origin', ROUTE.origin]], NAMED, NOTHING)).toEqual([
      ['Host', 'apps.portolan.localhost:8080'],
      ['Accept-Encoding', 'identity'],
      ['X-Forwarded-For', '127.0.0.1'],
      ['X-Forwarded-Host', 'apps.portolan.localhost:8080'],
      ['X-Forwarded-Port', '8080'],
      ['X-Forwarded-Prefix', '/app/m1/shop'],
      ['X-Forwarded-Proto', 'http'],
      ['Forwarded', 'for=127.0.0.1;host="apps.portolan.localhost:8080";proto=http'],
      ['Range', 'bytes=0-9'],
      ['Origin', ROUTE.origin],
    ]);
  });

  it('over https has its port', () => {
    const headers = new Headers(requestForGuest([], { ...ROUTE, origin: 'https://apps.example.org' }, NOTHING).map(([...pair]) => pair)); // prettier-ignore
    expect(['host', 'x-forwarded-port', 'x-forwarded-proto'].map((name) => headers.get(name))).toEqual(['apps.example.org', '443', 'https']); // prettier-ignore
  });

  it('has the machine’s cookies, and what the user has set for the app instead of what the page says', () => {
    const custom = [['Authorization', 'Basic eDp5'], ['Host', 'shop.test']] as const; // prettier-ignore
    const headers = requestForGuest([['authorization', 'none'], ['Accept', '*/*']], ROUTE, { cookies: 'a=1', custom }); // prettier-ignore
    expect(headers.filter(([name]) => !/^(?:x-)?forwarded/i.test(name))).toEqual([
      ['Accept-Encoding', 'identity'],
      ['Cookie', 'a=1'],
      ['Accept', '*/*'],
      ['Authorization', 'Basic eDp5'],
      ['Host', 'shop.test'],
    ]);
  });
});
