import { describe, expect, it } from 'vitest';
import {
  checkConditions,
  formatHttpDate,
  parseHttpDate,
  rangeCounts,
  type Conditions,
  type Validators,
} from '#domain/chunks/index.ts';

const AT = Date.UTC(1994, 10, 6, 8, 49, 37);
/** As RFC 9110 writes it, 5.6.7. */
const DATE = 'Sun, 06 Nov 1994 08:49:37 GMT';
const LATER = 'Sun, 06 Nov 1994 08:49:38 GMT';
const EARLIER = 'Sun, 06 Nov 1994 08:49:36 GMT';
const it1: Validators = { etag: '"abc"', modifiedAt: AT + 700 };

function check(conditions: Partial<Conditions>, validators = it1): ReturnType<typeof checkConditions> {
  const none = { ifMatch: null, ifNoneMatch: null, ifModifiedSince: null, ifUnmodifiedSince: null, ifRange: null };
  return checkConditions({ ...none, ...conditions }, validators);
}

describe('a request with conditions', () => {
  it.each<[Partial<Conditions>, ReturnType<typeof check>]>([
    [{}, 'proceed'],
    [{ ifNoneMatch: '"abc"' }, 304],
    [{ ifNoneMatch: 'W/"abc"' }, 304],
    [{ ifNoneMatch: '*' }, 304],
    [{ ifNoneMatch: '"x", "abc"' }, 304],
    [{ ifNoneMatch: '"x,\\"abc", "y"' }, 'proceed'],
    [{ ifNoneMatch: '"x"' }, 'proceed'],
    [{ ifModifiedSince: DATE }, 304],
    [{ ifModifiedSince: LATER }, 304],
    [{ ifModifiedSince: EARLIER }, 'proceed'],
    [{ ifModifiedSince: 'yesterday' }, 'proceed'],
    // An entity tag is the better word (13.1.3).
    [{ ifNoneMatch: '"x"', ifModifiedSince: DATE }, 'proceed'],
    [{ ifMatch: '"abc"' }, 'proceed'],
    [{ ifMatch: '*' }, 'proceed'],
    [{ ifMatch: 'W/"abc"' }, 412],
    [{ ifMatch: '"x"' }, 412],
    [{ ifMatch: '"x"', ifNoneMatch: '"abc"' }, 412],
    [{ ifUnmodifiedSince: DATE }, 'proceed'],
    [{ ifUnmodifiedSince: EARLIER }, 412],
    [{ ifUnmodifiedSince: 'yesterday' }, 'proceed'],
    [{ ifMatch: '"abc"', ifUnmodifiedSince: EARLIER }, 'proceed'],
  ])('%j', (conditions, expected) => {
    expect(check(conditions)).toBe(expected);
  });

  it('knows nothing by dates where nobody knows the date', () => {
    const undated = { ...it1, modifiedAt: undefined };
    expect(check({ ifModifiedSince: LATER }, undated)).toBe('proceed');
    expect(check({ ifUnmodifiedSince: EARLIER }, undated)).toBe('proceed');
    expect(rangeCounts(DATE, undated)).toBe(false);
  });
});

describe('If-Range', () => {
  it.each<[string | null, boolean]>([
    [null, true],
    ['"abc"', true],
    ['W/"abc"', false],
    ['"x"', false],
    ['*', false],
    [DATE, true],
    [LATER, false],
    [EARLIER, false],
    ['yesterday', false],
  ])('%j', (header, expected) => {
    expect(rangeCounts(header, it1)).toBe(expected);
  });
});

describe('an HTTP-date', () => {
  it.each([DATE, 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])('is read in the form %j', (text) => {
    expect(parseHttpDate(text)).toBe(AT);
  });

  it.each(['', '1994-11-06T08:49:37Z', 'Sun, 06 Nov 1994 08:49:37', 'never, GMT', '784111777'])('is not %j', (text) => {
    expect(parseHttpDate(text)).toBeUndefined();
  });

  it('is written in the first', () => {
    expect(formatHttpDate(AT + 999)).toBe(DATE);
  });
});
