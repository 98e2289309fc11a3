import { describe, expect, it } from 'vitest';
import { ERROR_TEXTS, isErrorCode } from '#domain/errors/index.ts';
import { codeFiles } from './source-files.ts';

interface Use {
  readonly place: string;
  readonly code: string;
  /** Names of the data that is given. */
  readonly given: readonly string[];
}

const START = /new AppError\(\s*'([^']+)'\s*(,\s*\{)?/g;

/** Every error that the product makes with a code written out. */
function uses(): readonly Use[] {
  const product = codeFiles().filter(({ path }) => /^(?:src|sw|workers|apps|publishing|cli|images)\//.test(path));
  return product.flatMap(({ path, text }) =>
    [...text.matchAll(START)].map((match) => {
      const begin = match.index + match[0].length;
      const given = match[2] === undefined ? [] : propertyNames(text.slice(begin));
      return { place: `${path}:${text.slice(0, begin).split('\n').length}`, code: match[1] ?? '', given };
    }),
  );
}

/** Names of the properties of an object literal whose `{` stands right before `text`. */
function propertyNames(text: string): string[] {
  return topLevelParts(text).flatMap((part) => /^\s*(\w+)\s*(?::|$)/.exec(part)?.[1] ?? []);
}

/** Cuts at the commas that lie in no bracket, string or template, up to the closing `}`. */
function topLevelParts(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  const tokens = /'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|[{}()[\],]/g;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (depth === 0 && (token === ',' || token === '}')) {
      parts.push(text.slice(from, index));
      from = index + 1;
      if (token === '}') return parts;
    }
    if ('{(['.includes(token)) depth++;
    if ('})]'.includes(token)) depth--;
  }
  return parts;
}

/** Names that the text of a code has to be given. */
function wanted(code: string): readonly string[] {
  if (!isErrorCode(code)) return [];
  const { message, advice } = ERROR_TEXTS[code];
  return [...new Set([...`${message} ${advice}`.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))];
}

describe('the texts of errors', () => {
  const all = uses();

  it('are found in use', () => {
    expect(all.length).toBeGreaterThan(40);
    expect(all.find(({ code }) => code === 'source/short-body')?.given).toEqual(['url', 'got', 'expected']);
  });

  it('are given every value that they name', () => {
    const lacking = all.flatMap(({ place, code, given }) =>
      wanted(code).flatMap((name) => (given.includes(name) ? [] : [`${place}: ${code} without ${name}`])),
    );
    expect(lacking).toEqual([]);
  });

  it('say what failed in whole sentences, and what to do next', () => {
    const texts = Object.entries(ERROR_TEXTS);
    const endless = texts.filter(([, { message }]) => !/(?:\.|\{detail\})$/.test(message)).map(([code]) => code);
    const adviceless = texts.filter(([, { advice }]) => !/^[A-Z].+\.$/.test(advice)).map(([code]) => code);
    expect([...endless, ...adviceless]).toEqual([]);
  });
});
