import { describe, expect, it } from 'vitest';
import { allowScript } from '#domain/http/index.ts';

const script = { url: 'http://apps.here/portolan/injected.js', integrity: 'sha256-abc=' };

function policyOf(policy: string): string | undefined {
  const [field] = allowScript([['Content-Security-Policy', policy]], script);
  return field?.[1];
}

describe('a page’s policy with one script more', () => {
  it.each([
    ['script-src', "script-src 'self'", `script-src 'self' ${script.url}`],
    ["'none'", "script-src 'none'", `script-src ${script.url}`],
    ['an empty list', 'script-src', `script-src ${script.url}`],
    [
      "'unsafe-inline', which a hash would switch off",
      "script-src 'unsafe-inline'",
      `script-src 'unsafe-inline' ${script.url}`,
    ],
    ['a nonce', "script-src 'nonce-x'", `script-src 'nonce-x' ${script.url}`],
    [
      "'strict-dynamic', for which addresses are nothing",
      "script-src 'nonce-x' 'strict-dynamic' 'unsafe-inline' https:",
      `script-src 'nonce-x' 'strict-dynamic' 'unsafe-inline' https: '${script.integrity}'`,
    ],
    [
      'elements apart from all other scripts',
      "script-src 'none'; script-src-elem 'self'",
      `script-src 'none'; script-src-elem 'self' ${script.url}`,
    ],
    [
      'a default for all kinds, which goes on to hold for the others',
      "default-src 'self'; img-src *;",
      `default-src 'self'; img-src *; script-src 'self' ${script.url}`,
    ],
    ['two policies in one field', "script-src 'self', img-src *", `script-src 'self' ${script.url}, img-src *`],
    ['names in capitals', "Script-Src 'None'", `script-src ${script.url}`],
    // The first of two counts (CSP Level 3, 2.2.1).
    ['a directive that is there twice', 'script-src a; script-src b', `script-src a ${script.url}; script-src b`],
  ])('with %s', (_, policy, expected) => {
    expect(policyOf(policy)).toBe(expected);
  });

  it('stays as it is when it says nothing of scripts', () => {
    expect(policyOf("img-src 'self'; frame-ancestors 'none'")).toBe("img-src 'self'; frame-ancestors 'none'");
    expect(policyOf('')).toBe('');
  });

  it('is the only field that changes, also where it only reports', () => {
    const headers = allowScript(
      [
        ['X-Frame-Options', 'DENY'],
        ['content-security-policy-report-only', "script-src 'self'"],
      ],
      script,
    );
    expect(headers).toEqual([
      ['X-Frame-Options', 'DENY'],
      ['content-security-policy-report-only', `script-src 'self' ${script.url}`],
    ]);
  });
});
