import { describe, expect, it } from 'vitest';
import { withScript } from '../../apps/sw/page-script.ts';

const script = { url: 'http://apps.here/portolan/injected.js', integrity: 'sha256-abc=' };
const ELEMENT = '<script src="http://apps.here/portolan/injected.js" integrity="sha256-abc="></script>';

function page(text: string, headers: Record<string, string> = {}): Response {
  return new Response(text, { headers: { 'Content-Type': 'text/html', ...headers } });
}

/** A body that comes byte by byte. */
function slowly(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (at === bytes.length) controller.close();
      else controller.enqueue(bytes.subarray(at, ++at));
    },
  });
}

describe('the script that a guest’s page is given', () => {
  it('runs before all others, and behind the doctype', async () => {
    const text = '<!doctype html><script>1</script>';
    expect(await withScript(page(text), script).text()).toBe(`<!doctype html>${ELEMENT}<script>1</script>`);
    const drip = new Response(slowly(text), { headers: { 'Content-Type': 'text/html;charset=utf-8' } });
    expect(await withScript(drip, script).text()).toBe(`<!doctype html>${ELEMENT}<script>1</script>`);
  });

  it('is in a page without elements, and in one whose first comment never ends', async () => {
    expect(await withScript(page(''), script).text()).toBe(ELEMENT);
    const endless = `<!--${'x'.repeat(70_000)}`;
    expect(await withScript(page(endless), script).text()).toBe(`${ELEMENT}${endless}`);
  });

  it('changes the length and the policy that the page comes with, and nothing else', () => {
    const headers = { 'Content-Length': '1', 'Content-Security-Policy': "script-src 'self'", ETag: '"a"' };
    const answer = withScript(page('x', headers), script);
    expect(Object.fromEntries(answer.headers)).toEqual({
      'content-type': 'text/html',
      'content-security-policy': `script-src 'self' ${script.url}`,
      etag: '"a"',
    });
  });

  it.each([
    ['another type', { 'Content-Type': 'text/plain' }],
    ['a file to be saved', { 'Content-Disposition': 'attachment; filename=a.html' }],
  ])('is not put into %s', (_, headers) => {
    const answer = page('<!doctype html>', headers);
    expect(withScript(answer, script)).toBe(answer);
  });
});
