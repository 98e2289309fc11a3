import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAge, formatBytes, formatPercent, formatSeconds, formatWait } from '#ui/models/format.ts';
import { KeyboardModel, type RowKey } from '#ui/models/keyboard-model.ts';
import { formatRoute, parseRoute } from '#ui/models/route.ts';
import { describeProgress } from '#ui/models/stages.ts';

describe('numbers in words', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [3_400, '3.4 kB'],
    [62_400_000, '62 MB'],
    [6_200_000_000, '6.2 GB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [0.2, '1 s'],
    [59, '59 s'],
    [125, '2 min 5 s'],
    [4_320, '1 h 12 min'],
  ])('%d seconds are %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

  it.each([
    [30, 'just now'],
    [90, '1 min. ago'],
    [7_300, '2 hr. ago'],
    [260_000, '3 days ago'],
  ])('%d seconds ago is %s', (seconds, text) => expect(formatAge(0, seconds * 1000)).toBe(text));

  it('a wait is over when its moment has come', () => {
    expect([formatWait(42_000, 0), formatWait(42_000, 42_000)]).toEqual(['in 42 s', 'soon']);
  });

  it('a download is at 100 % only when it is complete', () => {
    expect(formatPercent(0.9999)).toBe('99 %');
    expect(formatPercent(1)).toBe('100 %');
  });

  it('a transfer tells amount, share, rate and time left, and nothing that it does not know', () => {
    expect(describeProgress({ bytes: 18_400_000, total: 62_000_000, rate: 4_200_000, secondsLeft: 11 })).toEqual({
      share: 18.4 / 62,
      amount: '18.4 of 62.0 MB',
      percent: '29 %',
      rate: '4.2 MB/s',
      left: '11 s left',
    });
    expect(describeProgress({ bytes: 0, total: 0, rate: 0, secondsLeft: undefined })).toMatchObject({
      share: 0,
      rate: '',
      left: '',
    });
  });
});

describe('routes', () => {
  it('survive the address bar', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (id) => {
        expect(parseRoute(formatRoute({ name: 'machine', id }))).toEqual({ name: 'machine', id });
      }),
    );
  });

  it.each(['#/sources', '#/storage', '#/boot', '#/boot/sha256:0?from=https%3A%2F%2Fa.example', '#/boot?x', '#/'])(
    '%j leads to a view of its own, and back',
    (hash) => expect(formatRoute(parseRoute(hash))).toBe(hash),
  );

  it.each([
    '#/bootleg',
    '#/sources/x',
    '#/storage?x',
    '',
    '#',
    '#/',
    '#/machine/',
    '#/machine/%',
    '#/elsewhere',
    '#machine/a',
  ])('%j is the shelf', (hash) => {
    expect(parseRoute(hash)).toEqual({ name: 'shelf' });
  });
});

describe('the key row', () => {
  function open(applicationCursor = false) {
    const sent: string[] = [];
    const keyboard = new KeyboardModel();
    keyboard.connect({ input: (data) => sent.push(keyboard.apply(data)), applicationCursor: () => applicationCursor });
    return { keyboard, sent };
  }

  it.each<[RowKey, boolean, string]>([
    ['Escape', false, '\u001b'],
    ['Tab', false, '\t'],
    ['ArrowUp', false, '\u001b[A'],
    ['ArrowLeft', true, '\u001bOD'],
    ['|', false, '|'],
  ])('%s (application cursor keys: %s) sends %j', (key, applicationCursor, sequence) => {
    const { keyboard, sent } = open(applicationCursor);
    keyboard.press(key);
    expect(sent).toEqual([sequence]);
  });

  it('holds Ctrl for one key', () => {
    const { keyboard } = open();
    keyboard.toggleCtrl();
    expect(keyboard.apply('c')).toBe('\u0003');
    expect(keyboard.ctrl.value).toBe(false);
    expect(keyboard.apply('c')).toBe('c');
  });

  it('leaves a paste alone', () => {
    const { keyboard } = open();
    keyboard.toggleCtrl();
    expect(keyboard.apply('ls -l')).toBe('ls -l');
    expect(keyboard.ctrl.value).toBe(true);
  });
});
