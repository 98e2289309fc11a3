import { describe, expect, it } from 'vitest';
import { AppBook } from '../../workers/machine/app-book.ts';
import { RequestLog } from '../../workers/machine/request-log.ts';
import { AppError } from '#domain/errors/index.ts';
import { failureOf } from '../support/failure.ts';

describe('the settings of a machine’s apps', () => {
  it('say which port a name means, and what is sent along', async () => {
    const kept: unknown[] = [];
    const book = new AppBook('isle', [], async (settings) => void kept.push(settings));
    const settings = [{ port: 8000, name: 'shop', headers: [['X-User', 'ada'] satisfies [string, string]] }];
    await book.set(settings);
    expect(kept).toEqual([settings]);
    expect(book.portOf({ app: 'shop', port: undefined })).toBe(8000);
    expect(book.portOf({ app: '81', port: 81 })).toBe(81);
    expect([book.headersFor(8000), book.headersFor(81)]).toEqual([[['X-User', 'ada']], []]);
    expect(await failureOf(() => book.portOf({ app: 'none', port: undefined }))).toMatchObject({
      code: 'app/unknown-name',
      data: { machine: 'isle', name: 'none' },
    });
  });

  it('stay as they were when others cannot be, or cannot be kept', async () => {
    const before = [{ port: 80, name: 'a', headers: [] }];
    const book = new AppBook('isle', before, () => Promise.reject(new AppError('storage/full', { bytes: 1 })));
    await expect(book.set([{ port: 0, headers: [] }])).rejects.toMatchObject({ code: 'app/bad-settings' });
    await expect(book.set([])).rejects.toMatchObject({ code: 'storage/full' });
    expect(book.all).toEqual(before);
  });
});

describe('the log of requests', () => {
  it('tells what was asked and what became of it, and forgets the oldest', () => {
    const log = new RequestLog();
    const subject = { port: 80, method: 'GET', target: '/a' };
    const whole = log.begin(subject);
    whole.answered(200, true);
    whole.received(3);
    whole.received(4);
    whole.ended();
    log.begin(subject).ended(new AppError('net/closed'));
    log.begin(subject);
    expect(log.list()).toMatchObject([
      { id: 1, ...subject, status: 200, cached: true, bytes: 7, took: expect.any(Number), error: undefined },
      { id: 2, status: undefined, error: { code: 'net/closed' } },
      { id: 3, took: undefined },
    ]);
    for (let i = 0; i < 500; i++) log.begin(subject);
    expect([log.list().length, log.list()[0]?.id]).toEqual([500, 4]);
    log.clear();
    expect(log.list()).toEqual([]);
    log.begin(subject);
    expect(log.list()[0]?.id).toBe(504);
  });
});
