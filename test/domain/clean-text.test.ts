import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText } from '#domain/text/index.ts';

describe('a stranger’s text', () => {
  it.each([
    ['two\nlines\r\n and\ttabs', 'two lines and tabs'],
    ['\u0000\u001b[2Jbell\u0007', '[2Jbell'],
    ['evil\u202Egnp.exe', 'evilgnp.exe'],
    ['\u2066iso\u2069lated', 'isolated'],
    ['zero\u200Bwidth\uFEFF', 'zerowidth'],
    ['half \uD83D of a pair', 'half of a pair'],
    ['  \u00A0 room \u3000 ', 'room'],
    ['\u200B\u2060\u00AD', ''],
  ])('%j becomes %j', (text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  it.each(['<script>alert(1)</script>', '👩‍👩‍👧‍👦 عربى می‌خواهم ไทย', 'Ünïcödé', 'a & b', '{url}'])('%s stays', (text) => {
    expect(cleanText(text)).toBe(text);
  });

  it('piles up at most eight marks', () => {
    expect(cleanText(`Z${'\u0301'.repeat(200)}algo`)).toBe(`Z${'\u0301'.repeat(8)}algo`);
  });

  it('is clean after cleaning, and never longer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const clean = cleanText(text);
        expect(cleanText(clean)).toBe(clean);
        expect(clean.length).toBeLessThanOrEqual(text.length);
        // oxlint-disable-next-line no-control-regex -- just these must be gone.
        expect(clean).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });
});
