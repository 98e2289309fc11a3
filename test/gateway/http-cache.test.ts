import type { IncomingMessage, RequestListener } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CookieJar, type HeaderList } from '#domain/http/index.ts';
import { AppGateway, type HttpResponse } from '#gateway/index.ts';
import { LeastRecentlyUsed } from '#gateway/cache/least-recently-used.ts';
import { bodyOf, textOf } from './support/bodies.ts';
import { clientOf, httpServer } from './support/servers.ts';

interface Asked {
  readonly method: string;
  readonly validator: string | undefined;
}

/** A server that notes what it is asked, and a page's way to it. */
async function open(listener: RequestListener) {
  const asked: Asked[] = [];
  const { port } = await httpServer((request, response) => {
    asked.push({ method: request.method ?? '', validator: validatorOf(request) });
    listener(request, response);
  });
  const gateway = new AppGateway({
    client: clientOf(),
    jar: new CookieJar(),
    onCookies: () => undefined,
    now: Date.now,
  });
  const route = { origin: 'http://apps.here', base: '', machine: 'm', app: String(port), port };
  const fetch = (target: string, headers: HeaderList = [], method = 'GET'): Promise<HttpResponse> => {
    const body = method === 'GET' ? {} : { body: bodyOf('x') };
    return gateway.fetch({ method, target, headers, ...body }, { route, site: 'same-site', custom: [] });
  };
  return { asked, fetch, text: async (...given: Parameters<typeof fetch>) => textOf((await fetch(...given)).body) };
}

function validatorOf({ headers }: IncomingMessage): string | undefined {
  return headers['if-none-match'] ?? headers['if-modified-since'];
}

describe('an answer', () => {
  it('that is fresh does not cost the server twice, and says how old it is', async () => {
    let made = 0;
    const server = await open((_, response) => response.setHeader('Cache-Control', 'max-age=60').end(`made ${++made}`));
    expect(await server.text('/a')).toBe('made 1');
    const again = await server.fetch('/a');
    expect([again.status, await textOf(again.body)]).toEqual([200, 'made 1']);
    expect(new Map(again.headers).get('age')).toBe('0');
    expect(await server.text('/b')).toBe('made 2');
    expect(server.asked).toHaveLength(2);
  });

  it.each([
    ['an ETag', { ETag: '"v1"' }, '"v1"'],
    ['a date', { 'Last-Modified': 'Fri, 27 Nov 2026 00:00:00 GMT' }, 'Fri, 27 Nov 2026 00:00:00 GMT'],
  ])('with %s is asked about, and comes from here while it holds', async (_, headers, validator) => {
    const server = await open((request, response) => {
      if (validatorOf(request) === validator) return void response.writeHead(304, { 'X-Checked': 'yes' }).end();
      response.writeHead(200, headers).end('the file');
    });
    await server.text('/a');
    const again = await server.fetch('/a');
    expect([again.status, await textOf(again.body), new Map(again.headers).get('x-checked')]).toEqual([
      200,
      'the file',
      'yes',
    ]);
    expect(server.asked.map((each) => each.validator)).toEqual([undefined, validator]);
  });

  it('keeps its type when a server names another one for the empty answer that it holds still', async () => {
    const server = await open((request, response) => {
      const headers = { 'Last-Modified': 'Fri, 27 Nov 2026 00:00:00 GMT' };
      // BusyBox's httpd says so of all that has no body.
      if (validatorOf(request)) return void response.writeHead(304, { 'Content-Type': 'text/html' }).end();
      response.writeHead(200, { ...headers, 'Content-Type': 'text/css' }).end('h1 {}');
    });
    await server.text('/a.css');
    for (const answer of [await server.fetch('/a.css'), await server.fetch('/a.css')]) {
      expect([new Map(answer.headers).get('content-type'), await textOf(answer.body)]).toEqual(['text/css', 'h1 {}']);
    }
  });

  it('that has changed is the new one', async () => {
    let version = 0;
    const server = await open((_, response) => response.setHeader('ETag', `"${++version}"`).end(`version ${version}`));
    expect([await server.text('/a'), await server.text('/a')]).toEqual(['version 1', 'version 2']);
    expect(server.asked.map((each) => each.validator)).toEqual([undefined, '"1"']);
  });

  it.each<[string, Record<string, string>]>([
    ['must not be kept', { 'Cache-Control': 'no-store', ETag: '"a"' }],
    ['says nothing', {}],
    ['depends on anything', { 'Cache-Control': 'max-age=60', Vary: '*' }],
  ])('that %s is asked for again', async (_, headers) => {
    const server = await open((__, response) => response.writeHead(200, headers).end('x'));
    await server.text('/a');
    await server.text('/a');
    expect(server.asked).toEqual(Array.from({ length: 2 }, () => ({ method: 'GET', validator: undefined })));
  });

  it('that depends on the language is another in another language', async () => {
    const server = await open((request, response) => {
      response.writeHead(200, { 'Cache-Control': 'max-age=60', Vary: 'Accept-Language' });
      response.end(request.headers['accept-language']);
    });
    const inLanguage = (language: string) => server.text('/a', [['Accept-Language', language]]);
    expect([await inLanguage('de'), await inLanguage('de'), await inLanguage('fr')]).toEqual(['de', 'de', 'fr']);
    expect(server.asked).toHaveLength(2);
  });

  it('is asked for anew when the page wants it so, and after something was changed there', async () => {
    let made = 0;
    const server = await open((_, response) => response.setHeader('Cache-Control', 'max-age=60').end(`made ${++made}`));
    await server.text('/a');
    expect(await server.text('/a', [['Cache-Control', 'no-cache']])).toBe('made 2');
    expect(await server.text('/a')).toBe('made 2');
    await server.text('/a', [], 'POST');
    expect(await server.text('/a')).toBe('made 4');
  });

  it('is not even asked about when the page wants nothing of caches', async () => {
    const server = await open((_, response) => response.writeHead(200, { ETag: '"a"' }).end('x'));
    await server.text('/a');
    await server.text('/a', [['Cache-Control', 'no-cache']]);
    expect(server.asked.map(({ validator }) => validator)).toEqual([undefined, undefined]);
  });

  it('to a page that asks for a part, or names what it has, is the server’s own', async () => {
    const server = await open((request, response) => {
      if (validatorOf(request)) return void response.writeHead(304).end();
      response.writeHead(200, { 'Cache-Control': 'max-age=60', ETag: '"a"' }).end('whole');
    });
    await server.text('/a');
    expect((await server.fetch('/a', [['If-None-Match', '"a"']])).status).toBe(304);
    await server.text('/a', [['Range', 'bytes=0-1']]);
    expect(server.asked).toHaveLength(3);
  });

  it('that broke off is not kept, and one that was not read to its end neither', async () => {
    let made = 0;
    const server = await open((_, response) => {
      response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Length': '10' });
      if (++made === 1) response.write('half', () => response.destroy());
      else response.end('0123456789');
    });
    await expect(server.text('/a')).rejects.toMatchObject({ code: 'app/cut-off' });
    await (await server.fetch('/a')).body?.cancel();
    expect(await server.text('/a')).toBe('0123456789');
    expect(server.asked).toHaveLength(3);
  });

  it('logs nobody in a second time: its cookies are not part of what is kept', async () => {
    const server = await open((request, response) => {
      if (request.url === '/out') return void response.setHeader('Set-Cookie', 'a=; Max-Age=0').end();
      if (request.url === '/who') return void response.end(request.headers.cookie ?? 'nobody');
      response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Set-Cookie': 'a=1' }).end('x');
    });
    await server.text('/in');
    expect(await server.text('/who')).toBe('a=1');
    await server.text('/out');
    await server.text('/in');
    expect(await server.text('/who')).toBe('nobody');
  });
});

describe('what was used last', () => {
  it('is kept up to a size, whatever is done', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      bytes: fc.integer({ min: 0, max: 12 }),
      action: fc.constantFrom('set', 'get', 'delete'),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const kept = new LeastRecentlyUsed<{ bytes: number }>(10);
        // The same, without a thought for speed: the last used last.
        let model: [string, number][] = [];
        for (const { key, bytes, action } of steps) {
          const known = model.find(([each]) => each === key);
          model = model.filter((each) => each !== known);
          if (action === 'get') expect(kept.get(key)?.bytes).toBe(known?.[1]);
          if (action === 'get' && known) model.push(known);
          if (action === 'delete') kept.delete(key);
          if (action !== 'set') continue;
          kept.set(key, { bytes });
          if (bytes <= 10) model.push([key, bytes]);
          while (model.reduce((sum, [, size]) => sum + size, 0) > 10) model.shift();
        }
        for (const [key, bytes] of model) expect(kept.get(key)?.bytes).toBe(bytes);
      }),
    );
  });
});
