import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import type { AppRequest } from '#ports/app-service.ts';
import { ByteChannel } from '#rpc/index.ts';
import { AppRoutes } from '../../apps/sw/app-routes.ts';
import { belowShell, ownOrigin, type Place } from '../../apps/sw/place.ts';

const OWN = ownOrigin({ location: new URL('http://apps.portolan.localhost:8080/sw.js') });
const BELOW = belowShell({ location: new URL('https://host.example/portolan/app-sw.js') });
const PLACES: readonly [string, Place][] = [
  ['at an origin of their own', OWN],
  ['below the shell', BELOW],
];

/** A request, and the address of the page that makes it. */
type Asking = Parameters<AppRoutes['answer']>[0];

/** Routes whose machine `isle` answers with the path that it was asked for, or fails. */
function routesAt(place: Place, failure?: AppError) {
  const asked: AppRequest[] = [];
  const exchange = async (request: AppRequest, end: MessagePort) => {
    asked.push(request);
    const channel = new ByteChannel(end);
    void channel.readable.cancel();
    const writer = channel.writable.getWriter();
    void writer.write(new TextEncoder().encode(request.target)).then(() => writer.close());
    const headers = [['Content-Type', 'text/plain'] as const];
    return { status: 200, statusText: 'OK', headers, body: 'streamed' as const };
  };
  const service = { exchange, openWebSocket: async () => undefined };
  const links = {
    use: async <T>(_: string, work: (given: typeof service, gone: AbortSignal) => Promise<T>): Promise<T> => {
      if (failure) throw failure;
      return work(service, new AbortController().signal);
    },
  };
  const looked: string[] = [];
  const clients = {
    get: async (id: string) => {
      looked.push(id);
      return { url: id };
    },
  };
  const routes = new AppRoutes({ clients }, place, links, { url: '/injected.js', integrity: '' });
  return { asked, looked, answer: (event: Asking): Promise<Response> => routes.answer(event) };
}

const rootOf = ({ origin, base }: Place): string => `${origin}${base}`;

/** What a page asks for. @param client the page's address */
function fetchOf(url: string, client: string, headers: Record<string, string> = {}): Asking {
  return { clientId: client, request: new Request(url, { headers }) };
}

/** Where a person goes. */
function visit(url: string, referrer = ''): Asking {
  const request = Object.defineProperties(new Request(url), {
    mode: { value: 'navigate' },
    destination: { value: 'document' },
    referrer: { value: referrer },
  });
  return { clientId: '', request };
}

describe.each(PLACES)('pages of guests %s', (_, place) => {
  const page = `${rootOf(place)}/app/isle/8000/docs/`;

  it('are their servers’, with addresses below the app and at the root', async () => {
    const { answer, asked } = routesAt(place);
    expect(await (await answer(visit(`${page}?a=1`))).text()).toBe('/docs/?a=1');
    expect(await (await answer(fetchOf(`${page}x.js`, page))).text()).toBe('/docs/x.js');
    expect(await (await answer(fetchOf(`${place.origin}/style.css?v=2`, page))).text()).toBe('/style.css?v=2');
    expect(asked.map(({ port, base, origin }) => ({ port, base, origin }))).toEqual(
      Array.from({ length: 3 }, () => ({ port: 8000, base: place.base, origin: place.origin })),
    );
  });

  it('are asked about once, others each time', async () => {
    const { answer, asked, looked } = routesAt(place);
    const other = `${rootOf(place)}/start.html`;
    for (const client of [page, page, other, other]) await answer(fetchOf(`${page}x.js`, client));
    expect(looked).toEqual([page, other, other]);
    expect(asked).toHaveLength(2);
  });

  it('lead to where the address bar tells the truth', async () => {
    const { answer, asked } = routesAt(place);
    const answers = [await answer(visit(page.slice(0, -6))), await answer(visit(`${place.origin}//x?y`, page))];
    expect(answers.map(({ status, headers }) => [status, headers.get('Location')])).toEqual([
      [301, `${rootOf(place)}/app/isle/8000/`],
      [307, `${rootOf(place)}/app/isle/8000//x?y`],
    ]);
    expect(asked).toEqual([]);
  });

  it('reach no other machine, but where a person goes', async () => {
    const { answer } = routesAt(place);
    const other = `${rootOf(place)}/app/other/80/`;
    expect((await answer(fetchOf(other, page))).status).toBe(403);
    expect((await answer(visit(other, page))).status).toBe(200);
  });

  it('get no script for a service worker', async () => {
    const { answer, asked } = routesAt(place);
    const { status } = await answer(fetchOf(`${page}sw.js`, page, { 'Service-Worker': 'script' }));
    expect([status, asked]).toEqual([403, []]);
  });

  it('of no app are not found', async () => {
    const { answer } = routesAt(place);
    expect((await answer(visit(`${place.origin}/nothing`))).status).toBe(404);
  });
});

describe('a container that is not trusted', () => {
  const { answer } = routesAt(BELOW, new AppError('app/untrusted', { machine: 'isle' }));
  const page = `${rootOf(BELOW)}/app/isle/8000/`;

  it('has a page in place of its own, with a link to the shell and no script', async () => {
    const answered = await answer(visit(page));
    const text = await answered.text();
    expect([answered.status, answered.headers.get('Content-Type')]).toEqual([403, 'text/html; charset=utf-8']);
    expect(text).toContain('The container of the machine isle is not trusted on this device.');
    expect(text).toContain('<a href="https://host.example/portolan/#/machine/isle" target="_blank" rel="noreferrer">');
    expect(text).not.toMatch(/<script|<button|<form/);
  });

  it('answers programs with 403 and the reason', async () => {
    const answered = await answer(fetchOf(`${page}x`, page));
    expect([answered.status, await answered.json()]).toMatchObject([403, { error: { code: 'app/untrusted' } }]);
  });
});

describe('who can be asked for a machine’s tab', () => {
  it('is the relay in a frame, at an origin of apps', () => {
    const url = 'http://apps.portolan.localhost:8080/relay.html';
    expect([OWN.knowsTabs({ url, frameType: 'nested' }), OWN.knowsTabs({ url, frameType: 'top-level' })]).toEqual([
      true,
      false,
    ]);
    expect(OWN.shell).toBe('http://portolan.localhost:8080/');
  });

  it.each([
    ['https://host.example/portolan/', true],
    ['https://host.example/portolan/index.html?debug#/machine/isle', true],
    ['https://host.example/portolan/app/isle/8000/', false],
    ['https://host.example/', false],
  ])('is the shell, below it: %s', (url, expected) => {
    expect(BELOW.knowsTabs({ url, frameType: 'top-level' })).toBe(expected);
  });
});
