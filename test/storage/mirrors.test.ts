import { beforeEach, describe, expect, it } from 'vitest';
import { digestFromBytes } from '#domain/container/index.ts';
import { AppError, type ErrorCode, type ErrorData } from '#domain/errors/index.ts';
import { Mirrors, type Attempt } from '#storage/remote/mirrors.ts';
import { failureOf } from '../support/failure.ts';
import { ListedMirrors, SteppedPacing } from './support/directory.ts';

const A = 'http://a.test/catalog.json';
const B = 'http://b.test/catalog.json';
const C = 'http://c.test/catalog.json';
const WANTED = { manifest: digestFromBytes(new Uint8Array(32)), from: [] };

let pacing: SteppedPacing;
let asked: string[];

beforeEach(() => {
  pacing = new SteppedPacing();
  asked = [];
});

/** Fails with the errors in turn at the mirrors that have some; gives the mirror's URL else. */
function failing(errors: Readonly<Record<string, readonly (ErrorCode | [ErrorCode, ErrorData])[]>>) {
  const left = new Map(Object.entries(errors).map(([url, codes]) => [url, [...codes]]));
  return ({ mirror: { catalogUrl: url }, answered }: Attempt): Promise<string> => {
    asked.push(url);
    const error = left.get(url)?.shift();
    if (error === undefined) {
      pacing.time += 20;
      answered();
      pacing.time += 1000;
      return Promise.resolve(url);
    }
    const [code, data] = typeof error === 'string' ? [error, {}] : error;
    return Promise.reject(new AppError(code, { url, ...data }));
  };
}

describe('a mirror that fails', () => {
  it.each<ErrorCode>(['source/unreachable', 'source/stalled', 'source/short-body', 'source/server-error'])(
    'with %s is asked three times, each time later',
    async (code) => {
      const mirrors = new Mirrors(new ListedMirrors(A), pacing);
      expect(await mirrors.fetch(WANTED, failing({ [A]: [code, code] }))).toBe(A);
      expect(pacing.slept).toEqual([250, 500]);
      const failure = await failureOf(mirrors.fetch(WANTED, failing({ [A]: [code, code, code] })));
      expect(failure.code).toBe(code);
      expect(asked).toEqual([A, A, A, A, A, A]);
    },
  );

  it.each<ErrorCode>([
    'source/access-denied',
    'source/not-found',
    'source/http-status',
    'source/range-ignored',
    'source/wrong-encoding',
    'source/redirected-endlessly',
    'source/blocked',
    'chunk/digest-mismatch',
  ])('with %s is asked once, then the next', async (code) => {
    const mirrors = new Mirrors(new ListedMirrors(A, B), pacing);
    expect(await mirrors.fetch(WANTED, failing({ [A]: [code] }))).toBe(B);
    expect(asked).toEqual([A, B]);
    expect(pacing.slept).toEqual([]);
  });

  it('by its silence is not waited for again where there is another', async () => {
    const mirrors = new Mirrors(new ListedMirrors(A, B), pacing);
    expect(await mirrors.fetch(WANTED, failing({ [A]: ['source/stalled'] }))).toBe(B);
    expect(pacing.slept).toEqual([]);
  });

  it('after some progress has all its tries again', async () => {
    const mirrors = new Mirrors(new ListedMirrors(A), pacing);
    let left = 10;
    const work = ({ progressed }: Attempt): Promise<string> => {
      if (left-- === 0) return Promise.resolve('all');
      progressed();
      return Promise.reject(new AppError('source/short-body', { url: A, got: 1, expected: 2 }));
    };
    expect(await mirrors.fetch(WANTED, work)).toBe('all');
  });

  it('is asked after the others for a while', async () => {
    const mirrors = new Mirrors(new ListedMirrors(A, B), pacing);
    await mirrors.fetch(WANTED, failing({ [A]: ['source/not-found'] }));
    expect(await mirrors.fetch(WANTED, failing({}))).toBe(B);
    pacing.time += 30_000;
    expect(await mirrors.fetch(WANTED, failing({}))).toBe(A);
  });

  it('is reported once, with why; one that answers, with how long that took', async () => {
    const directory = new ListedMirrors(A, B);
    await new Mirrors(directory, pacing).fetch(WANTED, failing({ [A]: Array(3).fill('source/unreachable') }));
    expect(directory.outcomes).toMatchObject([
      { url: A, outcome: { ok: false, error: { code: 'source/unreachable' } } },
      { url: B, outcome: { ok: true, milliseconds: 20 } },
    ]);
  });
});

describe('a server that wants to be left alone', () => {
  const later = (seconds: number): [ErrorCode, ErrorData] => ['source/too-many-requests', { seconds }];

  it('for a moment is given it', async () => {
    const mirrors = new Mirrors(new ListedMirrors(A), pacing);
    expect(await mirrors.fetch(WANTED, failing({ [A]: [later(2), later(3)] }))).toBe(A);
    expect(pacing.slept).toEqual([2000, 3000]);
  });

  it('for longer is not asked before that, however often it is wanted', async () => {
    const mirrors = new Mirrors(new ListedMirrors(A), pacing);
    const fail = () => failureOf(mirrors.fetch(WANTED, failing({ [A]: [later(100)] })));
    expect(await fail()).toMatchObject({ code: 'source/too-many-requests', data: { seconds: 100 } });
    pacing.time += 40_000;
    expect(await fail()).toMatchObject({ code: 'source/too-many-requests', data: { seconds: 60 } });
    expect(asked).toEqual([A]);
    pacing.time += 57_000;
    expect(await mirrors.fetch(WANTED, failing({}))).toBe(A);
    expect(pacing.slept).toEqual([3000]);
  });

  it('is not waited for where there is another', async () => {
    const mirrors = new Mirrors(new ListedMirrors(A, B), pacing);
    expect(await mirrors.fetch(WANTED, failing({ [A]: [later(1)] }))).toBe(B);
    expect(pacing.slept).toEqual([]);
  });

  it('because of a fault of its own is left alone, too', async () => {
    const mirrors = new Mirrors(new ListedMirrors(A), pacing);
    const failure = await failureOf(
      mirrors.fetch(WANTED, failing({ [A]: [['source/server-error', { seconds: 90 }]] })),
    );
    expect(failure).toMatchObject({ code: 'source/server-error' });
    expect(asked).toEqual([A]);
  });
});

describe('mirrors', () => {
  it('are those of the sources, then those of the asker, each once', async () => {
    const mirrors = new Mirrors(new ListedMirrors(A, B), pacing);
    const none = failing({ [A]: ['source/not-found'], [B]: ['source/not-found'], [C]: ['source/not-found'] });
    await failureOf(mirrors.fetch({ ...WANTED, from: [B, C] }, none));
    expect(asked).toEqual([A, B, C]);
  });

  it('that all fail give the error of the best, but for one that sends wrong bytes', async () => {
    const mirrors = new Mirrors(new ListedMirrors(A, B, C), pacing);
    const failures = { [A]: ['source/not-found'], [B]: ['source/access-denied'], [C]: ['source/not-found'] } as const;
    expect(await failureOf(mirrors.fetch(WANTED, failing(failures)))).toMatchObject({ data: { url: A } });
    pacing.time += 30_000;
    const worse = failing({ ...failures, [B]: ['chunk/digest-mismatch'] });
    expect(await failureOf(mirrors.fetch(WANTED, worse))).toMatchObject({ code: 'chunk/digest-mismatch' });
  });

  it('of which there are none leave nobody to ask', async () => {
    const mirrors = new Mirrors(new ListedMirrors(), pacing);
    expect(await failureOf(mirrors.fetch(WANTED, failing({})))).toEqual({
      code: 'container/unavailable',
      data: { digest: WANTED.manifest },
    });
  });

  it('are not blamed for what is not their fault', async () => {
    const directory = new ListedMirrors(A, B);
    const mirrors = new Mirrors(directory, pacing);
    expect(await failureOf(mirrors.fetch(WANTED, failing({ [A]: ['storage/full'] })))).toMatchObject({
      code: 'storage/full',
    });
    expect(asked).toEqual([A]);
    expect(directory.outcomes).toEqual([]);
  });

  it('are left alone when the caller gives up, with the caller’s reason, and are not blamed', async () => {
    const directory = new ListedMirrors(A, B);
    const caller = new AbortController();
    const work = (): Promise<never> => {
      caller.abort(new Error('enough'));
      return Promise.reject(new AppError('source/unreachable', { url: A, detail: '' }));
    };
    const { signal } = caller;
    await expect(new Mirrors(directory, pacing).fetch(WANTED, work, { signal })).rejects.toThrow('enough');
    expect(directory.outcomes).toEqual([]);
  });
});
