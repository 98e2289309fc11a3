import type { ErrorText } from './error-text.ts';

/** Errors of archives that packages come as. */
export const ARCHIVE_TEXTS = {
  'archive/foreign': {
    message: 'This file is not a Debian package: {detail}.',
    advice: 'Choose a file whose name ends in .deb. Nothing was changed.',
  },
  'archive/truncated': {
    message: '{what} ends too early: {detail}.',
    advice: 'Copy or download the package again. Nothing was changed.',
  },
  'archive/damaged': {
    message: '{what} is damaged: {detail}.',
    advice: 'Copy or download the package again; if that does not help, tell whoever made it. Nothing was changed.',
  },
  'archive/unsupported': {
    message: '{what} cannot be read: {detail}.',
    advice: 'Pack it anew, as dpkg-deb does today (gzip, xz, zstd or nothing). Nothing was changed.',
  },
  'archive/escape': {
    message: 'This package would write outside of its folder: “{path}” {detail}.',
    advice: 'Do not use it: packages have no reason to do so. Nothing was changed.',
  },
  'archive/too-large': {
    message: 'This package is larger than any should be: {detail}.',
    advice: 'Do not use it unless you know whoever made it. Nothing was changed.',
  },
} as const satisfies Record<string, ErrorText>;
