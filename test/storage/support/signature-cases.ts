import { expect, it } from 'vitest';
import { verifyCatalogSignature } from '#storage/index.ts';
import { failureOf } from '../../support/failure.ts';
import {
  CONTENT,
  ENCRYPTED_PUBLIC_KEY,
  KEY_ID,
  LEGACY_SIGNATURE,
  PUBLIC_KEY,
  SIGNATURE,
} from '../../support/minisign-files.ts';

const URL = 'http://example.test/catalog.json';

/** What has to hold in every runtime that checks signatures. */
export function signatureCases(): void {
  it('of minisign holds, and says who and what', async () => {
    const expected = { keyId: KEY_ID, trustedComment: 'trusted here' };
    expect(await verifyCatalogSignature(CONTENT, SIGNATURE, PUBLIC_KEY, URL)).toEqual(expected);
  });

  it('of the older kind holds too', async () => {
    const { trustedComment } = await verifyCatalogSignature(CONTENT, LEGACY_SIGNATURE, PUBLIC_KEY, URL);
    expect(trustedComment).toMatch(/^timestamp:\d+\tfile:f$/);
  });

  const changed = new TextEncoder().encode('hellO\n');
  it.each([
    ['other content', changed, SIGNATURE, PUBLIC_KEY, 'the signature does not fit it.'],
    ['other content, the older kind', changed, LEGACY_SIGNATURE, PUBLIC_KEY, 'the signature does not fit it.'],
    [
      'a changed comment',
      CONTENT,
      SIGNATURE.replace('trusted here', 'trusted hera'),
      PUBLIC_KEY,
      'the signature’s own comment was changed.',
    ],
    [
      'another key',
      CONTENT,
      SIGNATURE,
      ENCRYPTED_PUBLIC_KEY,
      `it is signed with the key ${KEY_ID}, not with 26C5E73BA88CAC2B.`,
    ],
    [
      'no signature at all',
      CONTENT,
      'Not found',
      PUBLIC_KEY,
      'The signature is not in the expected form: its first line is no comment',
    ],
    [
      'a damaged key',
      CONTENT,
      SIGNATURE,
      '<html>',
      'The public key is not in the expected form: there is no base64 where it belongs',
    ],
  ])('does not hold with %s', async (_, content, signature, key, detail) => {
    const failure = await failureOf(verifyCatalogSignature(content, signature, key, URL));
    expect(failure).toEqual({ code: 'source/bad-signature', data: { url: URL, detail } });
  });
}
