import { createHash } from 'node:crypto';
// The type of window.portolan.
import '../../src/app/window.ts';
import { bootFromShelf } from './harness/machine.ts';
import { expect, test } from './harness/test.ts';

test('the page connects to a server in the guest, sends it megabytes and has them back', async ({ page, site }) => {
  await page.goto(site.url);
  await bootFromShelf(page, 'Debian base');
  const found = await page.evaluate(async () => {
    const [machine] = window.portolan.machines();
    if (!machine) throw new Error('there is no machine');
    const refused = await machine.connect(7).catch((error: unknown) => error);
    // Reads all, then sends back its length and its sum.
    const server = 'cat > /tmp/all; wc -c < /tmp/all; md5sum < /tmp/all | cut -c-32';
    await machine.exec(['sh', '-c', `busybox nc -l -p 7007 -e sh -c '${server}' </dev/null >/dev/null 2>&1 &`]);
    const connected = async (): Promise<Awaited<ReturnType<typeof machine.connect>>> =>
      machine.connect(7007).catch(async () => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return connected();
      });
    const { readable, writable, closed } = await connected();
    const writer = writable.getWriter();
    const piece = new Uint8Array(64 * 1024).map((_, i) => i % 251);
    for (let i = 0; i < 48; i++) await writer.write(piece);
    await writer.close();
    const text = await new Response(readable).text();
    await closed;
    return { text, refused: refused instanceof Error && 'code' in refused ? refused.code : undefined };
  });
  const sum = createHash('md5');
  for (let i = 0; i < 48; i++) sum.update(Uint8Array.from({ length: 64 * 1024 }, (_, at) => at % 251));
  expect(found).toEqual({ text: `${48 * 64 * 1024}\n${sum.digest('hex')}\n`, refused: 'net/refused' });
});
