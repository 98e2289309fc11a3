import type { Page } from '@playwright/test';
import { appUrl, machineId, runInGuest } from './harness/guest-web.ts';
import { startProgram } from './harness/guest-programs.ts';
import { bootFromShelf } from './harness/machine.ts';
import { stopServiceWorker } from './harness/service-worker.ts';
import { expect, test } from './harness/test.ts';

const PORT = 9000;
/** Cases that are spoken side by side. */
const AT_ONCE = 9;

/** What a page sees of a WebSocket, in order. */
interface Seen {
  readonly protocol: string;
  readonly messages: readonly string[];
  readonly error: boolean;
  readonly close: readonly [code: number, reason: string, wasClean: boolean];
}

/** Opens a WebSocket in a page, sends texts once it is open, and closes it when it has had so many messages. */
function converse(page: Page, url: string, sent: readonly string[] = [], protocols: string[] = []): Promise<Seen> {
  return page.evaluate(
    ([address, texts, names]) =>
      new Promise<Seen>((resolve) => {
        const socket = new WebSocket(address, names);
        const messages: string[] = [];
        let error = false;
        socket.binaryType = 'arraybuffer';
        socket.addEventListener('open', () => {
          for (const text of texts) socket.send(text);
        });
        socket.addEventListener('error', () => void (error = true));
        socket.addEventListener('message', ({ data }) => {
          const text = typeof data === 'string' ? data : [...new Uint8Array(data)].join(' ');
          if (messages.push(text) === texts.length) socket.close(1000, 'enough');
        });
        socket.addEventListener('close', ({ code, reason, wasClean }) => {
          resolve({ protocol: socket.protocol, messages, error, close: [code, reason, wasClean] });
        });
      }),
    [url, sent, protocols] as const,
  );
}

/** What a server may send after the handshake, and what becomes of it: after the Autobahn test suite's cases for clients. */
const CASES: readonly (readonly [
  name: string,
  hex: string,
  seen: { messages?: string[]; code: number; told?: number },
])[] = [
  ['1.1.1 an empty text', '8100 8802 03e8', { messages: [''], code: 1000 }],
  ['1.2.1 no bytes', '8200 8802 03e8', { messages: [''], code: 1000 }],
  [
    '1.1.2 a text with a length of its own form',
    `817e007e${'2a'.repeat(126)} 880203e8`,
    { messages: ['*'.repeat(126)], code: 1000 },
  ],
  ['2.1 a ping', '8900 8802 03e8', { code: 1000 }],
  ['2.7 a pong that nobody asked for', '8a0161 8802 03e8', { code: 1000 }],
  ['2.5 a ping that is too long', `897e007e${'2a'.repeat(126)}`, { code: 1006, told: 1002 }],
  ['3.1 a reserved bit', 'c10161', { code: 1006, told: 1002 }],
  ['3.7 reserved bits in a close', 'f80203e8', { code: 1006, told: 1002 }],
  ['4.1.1 an opcode that is none', '8300', { code: 1006, told: 1002 }],
  ['4.2.1 a control opcode that is none', '8b00', { code: 1006, told: 1002 }],
  ['5.1 a ping in two pieces', '0900 8000', { code: 1006, told: 1002 }],
  ['5.3 a text in two pieces', '010161 800162 880203e8', { messages: ['ab'], code: 1000 }],
  ['5.6 a ping between two pieces', '010161 890170 800162 880203e8', { messages: ['ab'], code: 1000 }],
  ['5.9 a piece without a beginning', '800161', { code: 1006, told: 1002 }],
  ['5.18 a beginning before the end', '010161 810162', { code: 1006, told: 1002 }],
  ['6.2.2 a character in two pieces', '0101c3 8001a9 880203e8', { messages: ['é'], code: 1000 }],
  ['6.3.1 a text that is not UTF-8', '8102c328', { code: 1006, told: 1007 }],
  ['6.4.1 not UTF-8 in the first of two pieces', '0101ff 8000', { code: 1006, told: 1007 }],
  ['7.3.1 a close that says nothing', '8800', { code: 1005 }],
  ['7.3.2 half a code', '880103', { code: 1006, told: 1002 }],
  ['7.3.4 a code and a reason', '880603e862796521', { code: 1000 }],
  ['7.5.1 a reason that is not UTF-8', '880403e8c328', { code: 1006, told: 1007 }],
  ...[1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map(
    (code) => [`7.7 the code ${code}`, `8802${code.toString(16).padStart(4, '0')}`, { code }] as const,
  ),
  ...[0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999].map(
    (code) =>
      [`7.9 the code ${code}`, `8802${code.toString(16).padStart(4, '0')}`, { code: 1006, told: 1002 }] as const,
  ),
];

/** What the server has got of a connection, once that has ended at its end, too. */
function framesSeen(page: Page, url: string): Promise<readonly { opcode: number; hex: string }[]> {
  return page.evaluate(async (address) => {
    for (;;) {
      const notes: { closed: boolean; frames: { opcode: number; hex: string }[] } = await (await fetch(address)).json();
      if (notes.closed) return notes.frames;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }, url);
}

test('pages of a guest speak WebSocket with its servers, as they would on a host of their own', async ({
  page,
  site,
  context,
  problems,
}) => {
  problems.expect(/WebSocket to|403|503/);
  await page.goto(site.url);
  await bootFromShelf(page, 'Debian for the web');
  const machine = await machineId(page);
  await startProgram(page, 'websocket', PORT);
  const app = await context.newPage();
  await app.goto(appUrl(site, machine, 80));
  const base = `/app/${machine}/${PORT}`;

  await test.step('echoes of texts and bytes, by whichever address the page knows its server', async () => {
    const texts = ['', 'é', '*'.repeat(65_536)];
    const whole = { messages: texts, error: false, close: [1000, 'enough', true] };
    expect(await converse(app, `${base}/echo`, texts)).toEqual({ protocol: '', ...whole });
    expect(await converse(app, `ws://localhost:${PORT}/echo?pieces=1000`, texts, ['chat', 'talk'])).toEqual({
      protocol: 'chat',
      ...whole,
    });
    const sum = await app.evaluate(async (address) => {
      const socket = new WebSocket(address);
      socket.binaryType = 'arraybuffer';
      await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
      const bytes = Uint8Array.from({ length: 1_000_000 }, (_, i) => (i * 7) % 251);
      const buffered: number[] = [];
      const same: boolean[] = [];
      for (let round = 0; round < 3; round++) {
        const answer = new Promise<MessageEvent<ArrayBuffer>>((resolve) =>
          socket.addEventListener('message', resolve, { once: true }),
        );
        socket.send(round === 1 ? new Blob([bytes]) : bytes);
        buffered.push(socket.bufferedAmount);
        const back = new Uint8Array((await answer).data);
        same.push(back.length === bytes.length && back.every((byte, i) => byte === bytes[i]));
        buffered.push(socket.bufferedAmount);
      }
      socket.close();
      return { buffered, same };
    }, `${base}/echo`);
    expect(sum).toEqual({ buffered: [1_000_000, 0, 1_000_000, 0, 1_000_000, 0], same: [true, true, true] });
  });

  await test.step('how it ends is told by both sides', async () => {
    const none = { protocol: '', messages: [], error: false };
    expect(await converse(app, `${base}/close?code=4001&reason=bye`)).toEqual({ ...none, close: [4001, 'bye', true] });
    expect(await converse(app, `${base}/close?abort=1`)).toEqual({ ...none, close: [1006, '', false] });
    const refused = { ...none, error: true, close: [1006, '', false] };
    expect(await converse(app, `${base}/refuse`)).toEqual(refused);
    expect(await converse(app, 'ws://localhost:1/')).toEqual(refused);
    expect(await converse(app, `/app/base-0000/${PORT}/echo`)).toEqual(refused);
    expect(await converse(app, `${base}/echo?protocol=none`, ['x'], ['chat'])).toEqual(refused);
  });

  await test.step('what a server sends beside the rules is refused, and it is told why', async () => {
    const speak = async ([name, hex, { messages = [], code, told }]: (typeof CASES)[number], i: number) => {
      const query = `id=${i}&hex=${hex.replaceAll(' ', '')}&step=${i % 2 === 0 ? 1 : 1000}`;
      const { messages: got, close } = await converse(app, `${base}/raw?${query}`, undefined);
      expect({ got, code: close[0] }, name).toEqual({ got: messages, code });
      const isPinged = name.includes('a ping between');
      if (told === undefined && !isPinged) return;
      const frames = await framesSeen(app, `${base}/seen?id=${i}`);
      const last = frames.at(-1);
      if (told !== undefined) expect([last?.opcode, last?.hex.slice(0, 4)], name).toEqual([8, told.toString(16).padStart(4, '0')]); // prettier-ignore
      if (isPinged) expect(frames[0], name).toMatchObject({ opcode: 10, hex: '70' });
    };
    for (let at = 0; at < CASES.length; at += AT_ONCE)
      await Promise.all(CASES.slice(at, at + AT_ONCE).map((each, i) => speak(each, at + i)));
  });

  await test.step('it goes on without the service worker, and ends with its page', async () => {
    await app.evaluate(async (address) => {
      const socket = new WebSocket(address);
      await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
      Object.assign(window, { kept: socket });
    }, `${base}/echo?id=kept`);
    await stopServiceWorker(app);
    const echoed = await app.evaluate(
      () =>
        new Promise((resolve) => {
          const { kept } = window as unknown as { kept: WebSocket };
          kept.addEventListener('message', ({ data }) => resolve(data));
          kept.send('still there');
        }),
    );
    expect(echoed).toBe('still there');
    await app.goto(appUrl(site, machine, 80, '/?left'));
    const seen = "curl -s 'http://localhost:9000/seen?id=kept'";
    // 1001: the page goes away.
    await expect.poll(() => runInGuest(page, seen)).toMatch(/"opcode":8,"isLast":true,"hex":"03e9"/);
  });

  await test.step('the machine is suspended: they end, and new ones fail until it wakes', async () => {
    const ended = app.evaluate(
      (address) =>
        new Promise((resolve) => {
          const socket = new WebSocket(address);
          socket.addEventListener('open', () => Object.assign(window, { open: true }));
          socket.addEventListener('close', ({ code }) => resolve(code));
        }),
      `${base}/echo`,
    );
    await app.waitForFunction(() => 'open' in window);
    await page.evaluate(() => window.portolan.machines()[0]?.suspend());
    expect(await ended).toBe(1006);
    expect((await converse(app, `${base}/echo`)).close).toEqual([1006, '', false]);
    await page.evaluate(() => window.portolan.machines()[0]?.resume());
    expect((await converse(app, `${base}/echo`, ['again'])).messages).toEqual(['again']);
  });
});
