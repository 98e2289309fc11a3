import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findFirstElement } from '#domain/http/index.ts';

/** The page with a mark where its first element begins. */
function marked(page: string): string {
  const found = findFirstElement(page, true);
  return typeof found === 'string' ? found : `${page.slice(0, found.at)}|${page.slice(found.at)}`;
}

describe('where a page’s first element begins', () => {
  it.each([
    ['<!doctype html>|<html><head>'],
    ['<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x">\r\n|<html>'],
    ['|<html>'],
    ['|text alone'],
    ['  \n<!-- a > comment --><!doctype html><!---->\n|<p>'],
    ['<?xml version="1.0"?><!doctype html>|<html>'],
    ['<!-->|<b>'],
    ['\u00ef\u00bb\u00bf<!doctype html>|<b>'],
    ['|'],
    ['|</p>'],
    ['|<!-- has no end'],
  ])('%s', (page) => {
    expect(marked(page.replace('|', ''))).toBe(page);
  });

  it('is not to be found in encodings of which ASCII is no part', () => {
    expect(marked('\u00ff\u00fe<\0')).toBe('none');
  });

  it('is told as soon as it is sure, and the same for every way in which the page comes', () => {
    const piece = fc.constantFrom('<!doctype html>', '<!-- > -->', ' ', '<?x?>', '<html>', 'text', '<', '!', '-', '>');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const page = pieces.join('');
        const whole = findFirstElement(page, true);
        for (let length = 0; length <= page.length; length++) {
          const early = findFirstElement(page.slice(0, length), false);
          if (early !== 'unknown') expect(early).toEqual(whole);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
