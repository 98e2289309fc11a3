import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LaunchParams } from '#ui/browser/launches.ts';
import { mount, type MountedUi } from '#ui/index.tsx';
import { source } from './fake-sources.ts';
import { digest } from './digest.ts';
import { FakePortolan, FakeShell, listing } from './fakes.ts';

const HARBOUR = 'https://harbour.example/catalog.json';
const LINK = `#/boot/${digest('c')}`;
const ADDRESS = location.href;

let mounted: MountedUi | undefined;
let portolan: FakePortolan;

beforeEach(() => {
  portolan = new FakePortolan();
  portolan.listings = [listing({ title: 'Debian base' })];
  portolan.sources.all = ['A', 'B', 'C'].map((name, priority) =>
    source({ url: `https://${name.toLowerCase()}.example/catalog.json`, name, priority }),
  );
  portolan.previews.set(digest('c'), {
    name: 'found',
    listing: listing({ title: 'Chart plotter' }, { name: 'absent' }, { mirrors: [HARBOUR] }),
  });
});

afterEach(() => {
  mounted?.dispose();
  document.body.replaceChildren();
  history.replaceState(null, '', ADDRESS);
});

/** Mounts the page as if it were opened at `address`. */
function open(address: string): HTMLElement {
  history.replaceState(null, '', new URL(address, new URL('/', location.href)));
  const root = document.createElement('div');
  document.body.append(root);
  mounted = mount(root, { portolan, shell: new FakeShell() });
  return root;
}

function heading(): Element | null {
  return document.querySelector('h1');
}

function button(name: string): HTMLButtonElement | undefined {
  const buttons = [...document.querySelectorAll('button')];
  return buttons.find((each) => (each.getAttribute('aria-label') ?? each.textContent?.trim()) === name);
}

async function fileWith(text: string): Promise<FileSystemFileHandle> {
  const folder = await navigator.storage.getDirectory();
  const file = await folder.getFileHandle('shared.portolan-link', { create: true });
  const stream = await file.createWritable();
  await stream.write(text);
  await stream.close();
  return file;
}

describe('the page', () => {
  it('goes from view to view, tells where it is, and puts the focus on the new heading', async () => {
    open('/');
    await expect.poll(() => document.title).toBe('Portolan');
    expect(document.activeElement).toBe(document.body);
    for (const [place, title] of [
      ['Sources', 'Sources · Portolan'],
      ['Storage', 'Storage · Portolan'],
      ['Shelf', 'Portolan'],
    ]) {
      const link = [...document.querySelectorAll<HTMLAnchorElement>('.place')].find(
        (each) => each.textContent === place,
      );
      link?.click();
      await expect.poll(() => document.title).toBe(title);
      await expect.poll(() => document.activeElement === heading()).toBe(true);
      expect(document.querySelector('.place[aria-current]')?.textContent).toBe(place);
    }
  });

  it.each([
    [`/?link=${encodeURIComponent(`web+portolan:boot/${digest('c')}`)}`],
    [`/?share-text=${encodeURIComponent(`Look: https://portolan.example/${LINK}`)}`],
    [`/?share=${encodeURIComponent(`https://portolan.example/${LINK}`)}&debug`],
  ])('opened at %s shows the link’s container, and boots nothing', async (address) => {
    open(address);
    await expect.poll(() => heading()?.textContent).toBe('Chart plotter');
    expect(location.hash).toBe(LINK);
    expect(location.search).not.toMatch(/link|share/);
    expect(portolan.boots).toEqual([]);
    button('Boot Chart plotter')?.click();
    await expect.poll(() => portolan.boots).toEqual([{ ref: digest('c'), options: { sources: [] } }]);
  });

  it('opened with something else explains what it looked for', async () => {
    open('/?share-text=good+morning');
    await expect.poll(() => document.querySelector('[data-code]')?.getAttribute('data-code')).toBe('link/none');
    expect(document.querySelector<HTMLInputElement>('.paste input')?.value).toBe('good morning');
  });

  it('takes what the installed app is asked to open while it runs: links, files, but nothing for a plain start', async () => {
    const consumers: ((params: LaunchParams) => void)[] = [];
    const queue = { setConsumer: (consumer: (params: LaunchParams) => void) => consumers.push(consumer) };
    Object.defineProperty(window, 'launchQueue', { value: queue, configurable: true });
    open('/#/sources');
    const launch = (params: Partial<LaunchParams>) => consumers[0]?.({ files: [], ...params });
    launch({ targetURL: new URL('/', location.href).href });
    expect(heading()?.textContent).toBe('Sources');
    launch({
      targetURL: new URL(`/?link=${encodeURIComponent(`web+portolan:boot/${digest('c')}`)}`, location.href).href,
    });
    await expect.poll(() => heading()?.textContent).toBe('Chart plotter');

    document.querySelector<HTMLAnchorElement>('.place')?.click();
    await expect.poll(() => document.title).toBe('Portolan');
    launch({ files: [await fileWith(`https://portolan.example/${LINK}\r\n`)] });
    await expect.poll(() => heading()?.textContent).toBe('Chart plotter');
    Reflect.deleteProperty(window, 'launchQueue');
  });

  it('keeps the focus on the button that moves a source', async () => {
    open('/#/sources');
    await expect.poll(() => button('Move C up')).toBeDefined();
    const names = () => [...document.querySelectorAll('.row h2')].map(({ textContent }) => textContent);
    for (const order of [
      ['A', 'C', 'B'],
      ['C', 'A', 'B'],
      ['C', 'A', 'B'],
    ]) {
      button('Move C up')?.focus();
      button('Move C up')?.click();
      await expect.poll(names).toEqual(order);
      expect(document.activeElement).toBe(button('Move C up'));
    }
  });

  it('gives the focus to the heading when the row that had it is removed', async () => {
    open('/#/sources');
    await expect.poll(() => button('Move C up')).toBeDefined();
    button('Move C up')?.focus();
    portolan.sources.set(portolan.sources.all.slice(0, 2));
    await expect.poll(() => document.activeElement === heading()).toBe(true);
  });

  it('draws a QR code with the light margin that readers need, and offers the link as a file', async () => {
    open('/');
    await expect.poll(() => button('Share Debian base')).toBeDefined();
    button('Share Debian base')?.click();
    const ink = () => document.querySelector<SVGPathElement>('.qr-ink')?.getBBox();
    await expect.poll(() => ink()?.width).toBeGreaterThan(0);
    const [x, , width = 0] = (document.querySelector('.qr')?.getAttribute('viewBox') ?? '').split(' ').map(Number);
    expect([x, ink()?.x, ink()?.width]).toEqual([-4, 0, width - 8]);
    const file = document.querySelector<HTMLAnchorElement>('a[download]');
    expect(file?.download).toBe('Debian base.portolan-link');
    expect(await (await fetch(file?.href ?? '')).text()).toContain(`#/boot/${digest('0')}`);
  });

  it('fills a picture in as far as bytes are here', async () => {
    portolan.listings = [listing({}, { name: 'partial', share: 0.25 })];
    open('/');
    await expect.poll(() => document.querySelector('.card-picture')?.getAttribute('style')).toContain('25%');
  });
});
