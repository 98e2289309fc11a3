import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, ERROR_TEXTS, isErrorCode } from '#domain/errors/index.ts';

describe('an error', () => {
  it('says what failed and what to do, with its data filled in', () => {
    const error = new AppError('source/http-status', { url: 'http://a.test/b', status: 404 });
    expect(error.message).toBe('http://a.test/b answered with status 404.');
    expect(error.advice).toBe(ERROR_TEXTS['source/http-status'].advice);
    expect(new AppError('container/wrong-architecture', { supported: 'i386' }).advice).toBe(
      'Pick a container for i386.',
    );
  });

  it('takes its data as text, not as a pattern', () => {
    const error = new AppError('app/unexpected', { detail: '$& {detail} $1' });
    expect(error.message).toBe('Something went wrong inside Portolan: $& {detail} $1');
  });

  it('comes back from its record as it was', () => {
    const data = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(fc.string(), fc.integer(), fc.boolean()));
    const codes = fc.constantFrom(...Object.keys(ERROR_TEXTS).filter(isErrorCode));
    fc.assert(
      fc.property(codes, data, (code, values) => {
        const error = new AppError(code, values);
        const again = AppError.fromRecord(structuredClone(error.toRecord()));
        expect(again.toRecord()).toEqual(error.toRecord());
        expect([again.message, again.advice]).toEqual([error.message, error.advice]);
      }),
    );
  });
});

describe('a record from elsewhere', () => {
  it.each([
    undefined,
    null,
    7,
    'source/unreachable',
    [],
    {},
    { code: 'no/such' },
    { code: 1 },
    { code: 'toString' },
    { code: '__proto__' },
  ])('%j becomes an unexpected error', (record) => {
    expect(AppError.fromRecord(record).code).toBe('app/unexpected');
  });

  it('keeps of its data what is text, number or truth', () => {
    const data = { url: 'u', status: 1, ok: true, list: [1], nested: {}, nothing: null, run: () => 1 };
    expect(AppError.fromRecord({ code: 'source/http-status', data }).data).toEqual({ url: 'u', status: 1, ok: true });
  });

  it('cannot reach the prototypes of objects', () => {
    const record: unknown = JSON.parse('{"code":"app/unexpected","data":{"__proto__":{"polluted":1},"detail":"d"}}');
    expect(AppError.fromRecord(record).data).toEqual({ detail: 'd' });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('of any form is read without a failure', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (record) => {
        expect(AppError.fromRecord(record)).toBeInstanceOf(AppError);
        expect(AppError.fromRecord({ code: 'app/unexpected', data: record })).toBeInstanceOf(AppError);
      }),
    );
  });
});

describe('whatever was thrown', () => {
  it('stays what it is when it has a code', () => {
    const error = new AppError('storage/full', { what: 'x' });
    expect(AppError.from(error)).toBe(error);
  });

  it('is kept as the cause otherwise, and named', () => {
    const cause = new TypeError('no such thing');
    const error = AppError.from(cause);
    expect(error.toRecord()).toEqual({ code: 'app/unexpected', data: { detail: 'TypeError: no such thing' } });
    expect(error.cause).toBe(cause);
  });

  it('gets a code, of any form', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (thrown) => {
        expect(AppError.from(thrown)).toBeInstanceOf(AppError);
      }),
    );
  });
});
