import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import { formatShareLink, parseShareLink } from '#domain/share/index.ts';
import { findLink } from '#ui/models/incoming-link.ts';
import { OPEN_LINK } from '#ui/models/route.ts';
import { DIGEST, digest } from './digest.ts';
import { listing, settle } from './fakes.ts';
import { openApp, type Parts } from './open-app.ts';

const HARBOUR = 'https://harbour.example/catalog.json';
const MANIFEST = digest('c');
const FRAGMENT = formatShareLink({ manifest: MANIFEST, from: [HARBOUR] });
const FOUND = listing({ title: 'Chart plotter' }, { name: 'absent' }, { mirrors: [HARBOUR] });

async function open(fragment: string, set: (parts: Parts) => void = () => {}) {
  const parts = openApp((parts) => {
    parts.environment.go({ name: 'link', fragment });
    set(parts);
  });
  await settle();
  return { ...parts, link: parts.app.link };
}

describe('a share link', () => {
  it('shows what it leads to, and starts nothing', async () => {
    const { app, link, portolan } = await open(FRAGMENT, ({ portolan }) => {
      portolan.previews.set(MANIFEST, { name: 'found', listing: FOUND });
    });
    expect(link.state.value).toMatchObject({ name: 'found', listing: FOUND, link: { from: [HARBOUR] } });
    expect(app.title.value).toBe('Chart plotter · Portolan');
    expect([portolan.boots, portolan.asked]).toEqual([[], [`look up ${MANIFEST} ${HARBOUR}`]]);
  });

  it('to a page of an app boots the container, and leads on to the page as soon as the machine runs', async () => {
    const target = { port: 80, path: '/docs/' };
    const fragment = formatShareLink({ manifest: DIGEST, from: [HARBOUR], app: target });
    const { app, link, portolan, environment } = await open(fragment, ({ portolan }) => {
      portolan.listings = [listing({ title: 'Chart plotter' })];
    });
    const { state } = link;
    if (state.value.name !== 'found') return expect.fail(state.value.name);
    await app.follow(state.value.link);
    expect(portolan.boots).toEqual([{ ref: DIGEST, options: { sources: [HARBOUR] } }]);
    const [machine] = app.machines.list.value;
    expect([environment.route.value.name, machine?.apps.open.value]).toEqual(['machine', false]);
    portolan.all[0]?.become({ name: 'running' });
    expect([machine?.apps.open.value, machine?.apps.target.value]).toEqual([true, target]);
    machine?.apps.close();
    portolan.all[0]?.become({ name: 'suspended', savedAt: 0, bytes: 0 });
    expect(app.machinesOf(state.value.link)).toEqual([machine]);
    if (machine) await app.followInto(machine, state.value.link);
    expect([machine?.state.value.name, machine?.apps.target.value]).toEqual(['running', target]);
    machine?.apps.close();
  });

  it('that leads nowhere says who was asked, and can be tried again', async () => {
    const { link, portolan } = await open(FRAGMENT);
    expect(link.state.value).toMatchObject({ name: 'missing', asked: [{ url: HARBOUR }] });
    portolan.previews.set(MANIFEST, { name: 'found', listing: FOUND });
    link.retry();
    expect(link.state.value.name).toBe('looking');
    await settle();
    expect(link.state.value.name).toBe('found');
  });

  it('that is damaged is explained, and nobody is asked', async () => {
    const { app, link, portolan } = await open('#/boot/sha256:123');
    expect(link.state.value).toMatchObject({ name: 'invalid', error: { code: 'link/invalid' } });
    expect([portolan.asked, app.title.value]).toEqual([[], 'Link to a container · Portolan']);
  });

  it('that could not be looked up says why', async () => {
    const { link, shell } = await open(FRAGMENT, ({ portolan }) => {
      portolan.failure = new AppError('storage/unavailable', { detail: 'locked' });
    });
    expect(link.state.value).toMatchObject({ name: 'failed', error: { code: 'storage/unavailable' } });
    expect(shell.reported).toHaveLength(1);
  });

  it('is no longer asked for when the user goes elsewhere, nor shown over another', async () => {
    const other = formatShareLink({ manifest: digest('d'), from: [] });
    let answer = () => {};
    const { link, environment, portolan } = await open('#/boot');
    portolan.lookUp = () => new Promise((resolve) => (answer = () => resolve({ name: 'found', listing: FOUND })));
    environment.go({ name: 'link', fragment: FRAGMENT });
    const late = answer;
    environment.go({ name: 'link', fragment: other });
    late();
    await settle();
    expect(link.state.value).toMatchObject({ name: 'looking', link: { manifest: digest('d') } });
  });
});

describe('what the app is opened with', () => {
  it('leads to the link in it', async () => {
    const { environment, link } = await open('#/boot');
    link.receive(`Look at this: https://portolan.example/${FRAGMENT}.`, { replace: true });
    expect(environment.route.value).toEqual({ name: 'link', fragment: FRAGMENT });
  });

  it('is explained when there is no link in it, with the text to correct', async () => {
    const { app, environment, shell } = openApp();
    const { link } = app;
    link.receive('good morning');
    expect(environment.route.value).toEqual(OPEN_LINK);
    expect(link.state.value).toMatchObject({ name: 'empty', text: 'good morning', error: { code: 'link/none' } });
    expect(app.title.value).toBe('Open a link · Portolan');
    expect(shell.reported).toHaveLength(1);

    environment.go({ name: 'shelf' });
    environment.go(OPEN_LINK);
    expect(link.state.value).toEqual({ name: 'empty', text: '', error: undefined });
  });
});

describe('finding a link', () => {
  const BOOT = `boot/${MANIFEST}`;

  it.each([
    [`https://portolan.example/#/${BOOT}`, `#/${BOOT}`],
    [
      `http://portolan.localhost:4173/sub/folder/?debug#/${BOOT}?from=https%3A%2F%2Fa.example`,
      `#/${BOOT}?from=https%3A%2F%2Fa.example`,
    ],
    [`web+portolan:${BOOT}`, `#/${BOOT}`],
    [`web+portolan://${BOOT}?from=https://a.example`, `#/${BOOT}?from=https://a.example`],
    [`web+portolan:#/${BOOT}`, `#/${BOOT}`],
    [`WEB+PORTOLAN:/${BOOT}`, `#/${BOOT}`],
    [`web+portolan:https://portolan.example/#/${BOOT}`, `#/${BOOT}`],
    [`#/${BOOT}`, `#/${BOOT}`],
    [`Try this (https://portolan.example/#/${BOOT}).`, `#/${BOOT}`],
    [`<https://portolan.example/#/${BOOT}>`, `#/${BOOT}`],
    [`Debian base\nhttps://portolan.example/#/${BOOT}\nsent from a phone`, `#/${BOOT}`],
    [`# a comment\r\nhttps://portolan.example/#/${BOOT}\r\n`, `#/${BOOT}`],
    [`[InternetShortcut]\r\nURL=https://portolan.example/#/${BOOT}\r\n`, `#/${BOOT}`],
    ['https://portolan.example/#/boot/', '#/boot/'],
  ])('in %j: %j', (text, fragment) => expect(findLink(text)).toBe(fragment));

  it.each([
    '',
    'good morning',
    'https://portolan.example/',
    '#/bootleg/sha256:0',
    'web+portolan:shelf',
    'web+portolan:bootleg',
  ])('not in %j', (text) => expect(findLink(text)).toBeUndefined());

  it('gives what was shared, whatever stands around it', () => {
    const around = fc.string({ unit: fc.constantFrom('a', 'Ω', ' ', '\n', '"', "'", '<', '>', '/') });
    const sources = fc.uniqueArray(
      fc.webUrl().map((url) => `${url}/catalog.json?a=(1)&b=%2B`),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(around, around, sources, (before, after, from) => {
        const link = formatShareLink({ manifest: MANIFEST, from });
        const found = findLink(`${before} https://portolan.example/${link} ${after}`);
        expect(parseShareLink(found ?? '')).toEqual(parseShareLink(link));
      }),
    );
  });
});
