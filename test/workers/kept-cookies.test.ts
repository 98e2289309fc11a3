import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type StoredCookies } from '#domain/http/index.ts';
import { KeptCookies, type CookiePlace } from '../../workers/machine/kept-cookies.ts';

const ORIGIN = { host: 'apps.here', target: '/', secure: true };

/** A place that counts how often it is written to. */
class Place implements CookiePlace {
  stored: StoredCookies | undefined;
  writes = 0;
  cookies = async () => this.stored;

  async keepCookies(cookies: StoredCookies): Promise<void> {
    this.stored = cookies;
    this.writes++;
  }
}

let place: Place;
let errors: unknown[];
const open = (): Promise<KeptCookies> => KeptCookies.open(place, (error) => errors.push(error));
const header = ({ jar }: KeptCookies) => jar.header({ target: '/', secure: true, site: 'same-site', now: Date.now() });

beforeEach(() => {
  vi.useFakeTimers();
  place = new Place();
  errors = [];
});
afterEach(() => vi.useRealTimers());

describe('the cookies of a machine', () => {
  it('are there again next time; changes that come together are written once', async () => {
    const cookies = await open();
    for (const name of ['a', 'b']) {
      cookies.jar.store([`${name}=1`], { ...ORIGIN, now: Date.now() });
      cookies.changed();
    }
    await vi.runAllTimersAsync();
    expect(place.writes).toBe(1);
    expect(header(await open())).toBe('a=1; b=1');
  });

  it('are written at once when the session ends, and only if they have changed', async () => {
    const cookies = await open();
    await cookies.flush();
    expect(place.writes).toBe(0);
    cookies.jar.store(['a=1'], { ...ORIGIN, now: Date.now() });
    cookies.changed();
    await cookies.flush();
    await vi.runAllTimersAsync();
    expect(place.writes).toBe(1);
  });

  it('are missing rather than the machine when what was stored is damaged', async () => {
    Object.assign(place, { stored: { form: 1, cookies: 'none' } });
    expect(header(await open())).toBeUndefined();
    expect(errors).toEqual([expect.objectContaining({ code: 'format/invalid' })]);
  });

  it('stay with the session where nothing can be kept, or no longer', async () => {
    const unkept = await KeptCookies.open(undefined, (error) => errors.push(error));
    unkept.changed();
    await unkept.flush();
    const cookies = await open();
    vi.spyOn(place, 'keepCookies').mockRejectedValue(new Error('full'));
    cookies.jar.store(['a=1'], { ...ORIGIN, now: Date.now() });
    cookies.changed();
    await cookies.flush();
    expect(header(cookies)).toBe('a=1');
    expect(errors).toEqual([new Error('full')]);
  });
});
