import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { CookieJar, type CookieOrigin, type CookieRequest } from '#domain/http/index.ts';
import { parseCookieDate } from '#domain/http/cookie-date.ts';
import { failureOf } from '../../support/failure.ts';

const NOW = Date.UTC(2026, 10, 26);
const DAY = 24 * 60 * 60 * 1000;
const FROM: CookieOrigin = { host: 'apps.portolan.localhost', target: '/shop/cart?x', secure: true, now: NOW };
const TO: CookieRequest = { target: '/shop/cart', secure: true, site: 'same-site', now: NOW };

let jar = new CookieJar();
beforeEach(() => void (jar = new CookieJar()));

/** What is sent after these fields were kept. */
function after(fields: readonly string[], to: Partial<CookieRequest> = {}, from: Partial<CookieOrigin> = {}): string {
  jar.store(fields, { ...FROM, ...from });
  return jar.header({ ...TO, ...to }) ?? '';
}

describe('a cookie', () => {
  it('comes back', () => {
    expect(after(['a=1', 'b="2 3"', 'c='])).toBe('a=1; b="2 3"; c=');
    expect(jar.header({ ...TO, target: '/elsewhere' })).toBeUndefined();
  });

  it.each([
    ['/', '/', true],
    ['/', '/any/thing', true],
    ['/shop', '/shop', true],
    ['/shop', '/shop/cart?x=1', true],
    ['/shop', '/shopping', false],
    ['/shop/', '/shop', false],
    ['/shop/', '/shop/cart', true],
    ['/Shop', '/shop', false],
  ])('for the path %s goes to %s: %s', (path, target, goes) => {
    expect(after([`a=1; Path=${path}`], { target })).toBe(goes ? 'a=1' : '');
  });

  it.each([
    ['/shop/cart', '/shop'],
    ['/shop/', '/shop'],
    ['/shop', '/'],
    ['/', '/'],
    ['/a/b?c/d', '/a'],
  ])('without a path, of what is at %s, is for %s', (target, path) => {
    jar.store(['a=1', 'b=2; Path=relative'], { ...FROM, target });
    expect(jar.toJSON().cookies.map((cookie) => cookie.path)).toEqual([path, path]);
  });

  it('with a longer path comes first, then the older one', () => {
    jar.store(['b=2; Path=/', 'a=1; Path=/shop'], FROM);
    jar.store(['c=3; Path=/'], { ...FROM, now: NOW + 1 });
    jar.store(['b=4; Path=/'], { ...FROM, now: NOW + 2 });
    expect(jar.header(TO)).toBe('a=1; b=4; c=3');
  });

  it('of the same name and path replaces another, and of another path does not', () => {
    expect(after(['a=1; Path=/', 'a=2; Path=/shop', 'a=3; Path=/shop'])).toBe('a=3; a=1');
  });

  it.each([
    ['Max-Age=60', 59_999, 60_000],
    ['Expires=Fri, 27 Nov 2026 00:00:00 GMT', DAY - 1, DAY],
    ['Expires=Fri, 27 Nov 2026 00:00:00 GMT; Max-Age=1', 999, 1000],
    ['Max-Age=x; Expires=Fri, 27-Nov-26 00:00:00 GMT', DAY - 1, DAY],
    ['Max-Age=99999999999999999999', 400 * DAY - 1, 400 * DAY],
  ])('with %s ends in time', (attributes, before, end) => {
    expect(after([`a=1; ${attributes}`], { now: NOW + before })).toBe('a=1');
    expect(jar.header({ ...TO, now: NOW + end })).toBeUndefined();
    expect(jar.toJSON().cookies).toEqual([]);
  });

  it.each(['Max-Age=0', 'Max-Age=-1', 'Expires=Thu, 01 Jan 1970 00:00:00 GMT'])(
    'with %s removes another',
    (attribute) => {
      expect(after(['a=1', 'b=2', `a=; ${attribute}`])).toBe('b=2');
    },
  );

  it('that is secure goes only where nobody can listen, and comes only from there', () => {
    expect(after(['a=1; Secure', 'b=2'], { secure: false })).toBe('b=2');
    expect(after(['c=3; Secure'], {}, { secure: false })).toBe('a=1; b=2');
    expect(after(['a=stolen'], {}, { secure: false })).toBe('a=1; b=2');
  });

  it('goes along with what other sites ask as it says', () => {
    const fields = ['strict=1; SameSite=Strict', 'lax=1; SameSite=lax', 'none=1; SameSite=None; Secure', 'plain=1', 'bad=1; SameSite=None']; // prettier-ignore
    expect(after(fields)).toBe('strict=1; lax=1; none=1; plain=1');
    expect(jar.header({ ...TO, site: 'cross-site-navigation' })).toBe('lax=1; none=1; plain=1');
    expect(jar.header({ ...TO, site: 'cross-site' })).toBe('none=1');
  });

  it.each([
    ['apps.portolan.localhost', true],
    ['.apps.portolan.localhost', true],
    ['PORTOLAN.localhost', true],
    ['', true],
    ['other.localhost', false],
    ['x.apps.portolan.localhost', false],
    ['s.portolan.localhost', false],
  ])('for the domain %j is kept: %s', (domain, kept) => {
    expect(after([`a=1; Domain=${domain}`])).toBe(kept ? 'a=1' : '');
  });

  it.each([
    ['__Host-a=1; Secure; Path=/', true],
    ['__Host-a=1; Secure', false],
    ['__Host-a=1; Path=/', false],
    ['__host-a=1; Secure; Path=/; Domain=apps.portolan.localhost', false],
    ['__Secure-a=1; Secure', true],
    ['__SECURE-a=1', false],
    ['=__Secure-a=1; Secure', false],
  ])('with a prefix, %s, is kept: %s', (field, kept) => {
    expect(after([field]) !== '').toBe(kept);
  });

  it.each(['', ';', '=', '=; Path=/', 'a=\x01', 'a=1\r\nb=2', 'a=\0', `a=${'x'.repeat(4096)}`, 'a=€'])(
    'that is none, %j, is ignored',
    (field) => {
      // prettier-ignore
      expect(after([field])).toBe('');
    },
  );

  it('without a name is sent without one', () => {
    expect(after(['value', '=other; Path=/'])).toBe('value; other');
  });

  it('with attributes written in any way is understood', () => {
    expect(after(['  a = 1 ;PATH=/shop;  sEcUrE ; httponly; unknown=x ; ; Path = /; '], { target: '/' })).toBe('a=1');
    expect(jar.toJSON().cookies[0]).toMatchObject({ secure: true, httpOnly: true, path: '/' });
  });
});

describe('a jar', () => {
  it('forgets the cookies that were not used for longest', () => {
    for (let index = 0; index < 180; index++) jar.store([`c${index}=1; Path=/${index}`], { ...FROM, now: NOW + index });
    jar.header({ ...TO, target: '/0', now: NOW + 500 });
    jar.store(['x=1', 'y=1'], { ...FROM, now: NOW + 501 });
    const names = jar.toJSON().cookies.map(({ name }) => name);
    expect(names).toHaveLength(180);
    expect(['c0', 'c1', 'c2', 'c3', 'x', 'y'].map((name) => names.includes(name))).toEqual([true, false, false, true, true, true]); // prettier-ignore
  });

  it('is the same after it was kept', () => {
    const attribute = fc.constantFrom('Path=/', 'Path=/shop', 'Secure', 'HttpOnly', 'Max-Age=100', 'Max-Age=0', 'SameSite=Strict', 'SameSite=None'); // prettier-ignore
    const text = fc.stringMatching(/^[a-c]{1,2}$/);
    const field = fc.tuple(text, text, fc.array(attribute, { maxLength: 3 })).map(([name, value, rest]) => [`${name}=${value}`, ...rest].join('; ')); // prettier-ignore
    const site = fc.constantFrom('same-site', 'cross-site-navigation', 'cross-site');
    fc.assert(
      fc.property(fc.array(field), fc.boolean(), site, (fields, secure, from) => {
        const first = new CookieJar();
        for (const [index, one] of fields.entries()) first.store([one], { ...FROM, now: NOW + index });
        const second = CookieJar.from(JSON.parse(JSON.stringify(first)));
        const request = { ...TO, secure, site: from, now: NOW + fields.length } as const;
        expect(second.header(request)).toBe(first.header(request));
        expect(second.toJSON()).toEqual(first.toJSON());
      }),
    );
  });

  it('sends nothing but what a header may hold, whatever it was given', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), fc.string(), (fields, target) => {
        const one = new CookieJar();
        one.store(fields, { ...FROM, target });
        expect(one.header({ ...TO, target: `${target}/x` }) ?? '').toMatch(/^[\t\x20-\x7e\x80-\xff]*$/);
      }),
    );
  });

  it('that was kept in another form is refused', async () => {
    for (const stored of [null, {}, { form: 2, cookies: [] }, { form: 1, cookies: [{ name: 1 }] }]) {
      expect(await failureOf(() => CookieJar.from(stored))).toMatchObject({ code: 'format/invalid' });
    }
  });
});

describe('a cookie’s date', () => {
  it.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Sunday, 06-Nov-94 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Sun Nov  6 08:49:37 1994', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['6 november 2069 8:9:7', Date.UTC(2069, 10, 6, 8, 9, 7)],
    ['29 Feb 2028 00:00:00', Date.UTC(2028, 1, 29)],
    ['29 Feb 2027 00:00:00', undefined],
    ['6 Nov 1600 00:00:00', undefined],
    ['6 Nov 1994 24:00:00', undefined],
    ['6 Nov 1994', undefined],
    ['Nov 1994 00:00:00', undefined],
    ['soon', undefined],
    ['', undefined],
  ])('%s', (text, time) => {
    expect(parseCookieDate(text)).toBe(time);
  });

  it('as browsers and servers write it is the same date', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(Date.UTC(2100, 0)), noInvalidDate: true }), (date) => {
        expect(parseCookieDate(date.toUTCString())).toBe(Math.floor(date.getTime() / 1000) * 1000);
      }),
    );
  });
});
