import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import { digest } from './digest.ts';
import { settle } from './fakes.ts';
import { openApp, type Parts } from './open-app.ts';

const BASE = { container: digest('a'), title: 'Debian base' };

async function open(set: (parts: Parts) => void = () => {}) {
  const parts = openApp((all) => {
    all.portolan.appPages = 'shared';
    set(all);
  });
  await settle();
  let done = 0;
  const { trust } = parts.app;
  return { ...parts, trust, ask: () => trust.ask(BASE, () => done++), done: () => done };
}

describe('a page of a container that is part of the app', () => {
  it('opens after the user has said that they trust it, and from then on without being asked', async () => {
    const { trust, portolan, ask, done } = await open();
    ask();
    expect([trust.asking.value, done()]).toEqual([BASE, 0]);
    await trust.confirm();
    expect([trust.asking.value, done(), portolan.trustedContainers]).toEqual([undefined, 1, [BASE.container]]);
    ask();
    expect([trust.asking.value, done()]).toEqual([undefined, 2]);
  });

  it('does not open when the user says no, nor when it cannot be kept that they said yes', async () => {
    const { trust, portolan, shell, ask, done } = await open();
    ask();
    trust.cancel();
    await trust.confirm();
    ask();
    portolan.failure = new AppError('storage/full', { what: 'the container' });
    await trust.confirm();
    expect([done(), trust.isMissing(BASE.container), shell.reported.length]).toEqual([0, true, 1]);
  });

  it('is asked about again once it is no longer trusted, and so is another version of it', async () => {
    const { trust, ask, done } = await open(({ portolan }) => (portolan.trustedContainers = [BASE.container]));
    expect([trust.isMissing(BASE.container), trust.isMissing(digest('b'))]).toEqual([false, true]);
    await trust.revoke(BASE.container);
    ask();
    expect([done(), trust.asking.value]).toEqual([0, BASE]);
  });

  it('is nothing to ask about where pages have an origin of their own', async () => {
    const { trust, ask, done } = await open(({ portolan }) => (portolan.appPages = 'own'));
    ask();
    expect([done(), trust.matters]).toEqual([1, false]);
  });
});
