import { describe, expect, it } from 'vitest';
import { parseShareLink } from '#domain/share/index.ts';
import { digest } from './digest.ts';
import { FakeMachine } from './fake-machine.ts';
import { listing, settle } from './fakes.ts';
import { openApp } from './open-app.ts';

const MIRRORS = ['https://own.example/catalog.json', 'https://harbour.example/catalog.json'];
const BASE = listing({}, { name: 'absent' }, { mirrors: MIRRORS });

async function open() {
  const parts = openApp(({ portolan }) => (portolan.listings = [BASE]));
  await settle();
  return { ...parts, share: parts.app.share };
}

describe('sharing', () => {
  it('offers a link that names the bytes and who has them', async () => {
    const { share } = await open();
    expect(share.link.value).toBe('');
    share.openListing(BASE);
    const link = new URL(share.link.value);
    expect(parseShareLink(link.hash)).toEqual({ manifest: BASE.entry.manifest.digest, from: MIRRORS });
    share.close();
    expect(share.shared.value).toBeUndefined();
  });

  it('leaves out who has them when the user likes', async () => {
    const { share } = await open();
    share.openListing(BASE);
    share.nameSources(false);
    expect(parseShareLink(new URL(share.link.value).hash)?.from).toEqual([]);
  });

  it('names no more sources than a link may have', async () => {
    const { share } = await open();
    const mirrors = Array.from({ length: 12 }, (_, index) => `https://m${index}.example/catalog.json`);
    share.openListing({ ...BASE, mirrors });
    expect(parseShareLink(new URL(share.link.value).hash)?.from).toEqual(mirrors.slice(0, 8));
  });

  it('copies what is shown, and says so until it is another link', async () => {
    const { share, environment } = await open();
    share.openListing(BASE);
    await share.copy();
    expect([environment.copied, share.copied.value]).toEqual([[share.link.value], true]);
    share.nameSources(false);
    expect(share.copied.value).toBe(false);
  });

  it('does not say that it copied what the clipboard refused', async () => {
    const { share, environment, shell } = await open();
    environment.copy = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    share.openListing(BASE);
    await share.copy();
    expect([share.copied.value, shell.reported.length]).toEqual([false, 1]);
  });

  it('goes through the system where that has a dialog for it', async () => {
    const { share, environment } = await open();
    share.openListing(BASE);
    expect(share.canHandOn).toBe(true);
    await share.handOn();
    expect(environment.shared).toEqual([{ title: 'Debian base', url: share.link.value }]);
    environment.share = undefined;
    expect(share.canHandOn).toBe(false);
  });

  it('of a machine leads to its container', async () => {
    const { app, share, portolan } = await open();
    portolan.setMachines([new FakeMachine('base-1', 'Debian base')]);
    const [machine] = app.machines.list.value;
    if (machine === undefined) throw new Error('no machine');
    app.shareMachine(machine);
    expect(share.shared.value).toMatchObject({ digest: digest('0'), mirrors: MIRRORS, machine: true });
    expect(parseShareLink(new URL(share.link.value).hash)?.app).toBeUndefined();
    app.shareMachine(machine, { port: 80, path: '/docs/' });
    expect(parseShareLink(new URL(share.link.value).hash)?.app).toEqual({ port: 80, path: '/docs/' });
  });
});
