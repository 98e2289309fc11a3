import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TerminalTranscript } from '#domain/guest/index.ts';

const KEPT = 128 * 1024;
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, 'latin1'));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function transcriptOf(...parts: readonly string[]): TerminalTranscript {
  const transcript = new TerminalTranscript();
  for (const part of parts) transcript.add(bytesOf(part));
  return transcript;
}

/** Output without anything that a terminal would answer. */
const plain = fc.string({
  unit: fc.constantFrom('a', 'b', ' ', '\n', '\r', '\x1b[1m', '\x1b[2J', 'ü'),
  maxLength: 400,
});

describe('a terminal’s transcript', () => {
  it('replays what was shown, however it was cut', () => {
    fc.assert(
      fc.property(fc.array(plain), (parts) => {
        expect(textOf(transcriptOf(...parts).replay())).toBe(parts.join(''));
      }),
    );
  });

  it('goes on from an earlier one', () => {
    const again = new TerminalTranscript(transcriptOf('before ').replay());
    again.add(bytesOf('after'));
    expect(textOf(again.replay())).toBe('before after');
  });

  it('keeps the end of long output, from the start of a line on', () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `line ${i}\r\n`);
    const replay = textOf(transcriptOf(...lines).replay());
    expect(lines.join('').endsWith(replay)).toBe(true);
    expect(replay).toMatch(/^line \d+\r\n/);
    expect(replay.length).toBeGreaterThanOrEqual(KEPT - 20);
  });

  it('stays bounded, whatever comes', () => {
    const transcript = new TerminalTranscript();
    for (let i = 0; i < 30; i++) {
      transcript.add(new Uint8Array(100_000).fill(i % 2 === 0 ? 0x61 : 0x0a));
      expect(transcript.replay().length).toBeLessThanOrEqual(2 * KEPT);
    }
  });

  it('keeps the end of output that has no lines, such as a progress bar', () => {
    const bar = '=\r'.repeat(200_000);
    const end = '=\r'.repeat(10_000);
    expect(textOf(transcriptOf(bar).replay()).endsWith(end)).toBe(true);
    expect(textOf(transcriptOf(bar, '\n').replay()).endsWith(`${end}\n`)).toBe(true);
    expect(textOf(transcriptOf(`${bar}\n`).replay()).endsWith(`${end}\n`)).toBe(true);
  });
});

/** All that xterm.js answers (src/common/InputHandler.ts of its source), and the older questions of other terminals. */
const QUESTIONS = {
  'what it is': ['\x1b[c', '\x1b[0c', '\x1b[>c', '\x1b[>0c', '\x1b[=c', '\x1b[>q', '\x1b[>0q', '\x05'],
  'its state and cursor': ['\x1b[5n', '\x1b[6n', '\x1b[?6n', '\x1b[?15n', '\x1b[x', '\x1b[1x'],
  'its modes': ['\x1b[4$p', '\x1b[?2026$p', '\x1b[?1;2$p'],
  'its settings': ['\x1bP$qm\x1b\\', '\x1bP$q"p\x1b\\', '\x1bP+q544e\x1b\\'],
  'its colours': [
    '\x1b]4;1;?\x07',
    '\x1b]4;1;?;2;?\x1b\\',
    '\x1b]10;?\x07',
    '\x1b]11;?\x1b\\',
    '\x1b]10;?;?\x07',
    '\x1b]12;?\x07',
  ],
  'its size': ['\x1b[14t', '\x1b[16t', '\x1b[18t', '\x1b[21t'],
} as const;

/** What looks alike and only draws. */
const STATEMENTS = [
  '\x1b[31m',
  '\x1b[?25h',
  '\x1b[2 q',
  '\x1b[!p',
  '\x1b[8;24;80t',
  '\x1b[22;0;0t',
  '\x1b]0;what?\x07',
  '\x1b]2;a title; or?\x1b\\',
  '\x1b]4;1;rgb:00/11/22\x07',
  '\x1b]10;#ffffff\x07',
  '\x1b]8;;https://example.org/?a=1\x07link\x1b]8;;\x07',
  'cn',
  'x[6n',
];

describe('a transcript that is drawn again', () => {
  it.each(Object.entries(QUESTIONS))('does not ask the terminal for %s', (_, questions) => {
    for (const question of questions) {
      const replay = textOf(transcriptOf(`before${question}after`).replay());
      expect(JSON.stringify(replay)).toBe(JSON.stringify('beforeafter'));
    }
  });

  it('finds a question that came in two pieces', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(QUESTIONS).flat()), fc.nat(10), (question, cut) => {
        const transcript = transcriptOf(`a${question.slice(0, cut)}`, `${question.slice(cut)}b`);
        expect(textOf(transcript.replay())).toBe('ab');
      }),
    );
  });

  it.each(STATEMENTS)('still says %j', (statement) => {
    expect(textOf(transcriptOf(`before${statement}after`).replay())).toBe(`before${statement}after`);
  });
});
