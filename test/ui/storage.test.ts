import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import type { StoredContainer } from '#ports/storage-report.ts';
import { digest } from './digest.ts';
import { settle } from './fakes.ts';
import { openApp } from './open-app.ts';

const BASE: StoredContainer = {
  digest: digest('1'),
  kind: 'container',
  title: 'Debian base',
  version: '12',
  bytes: 62_000_000,
  ownBytes: 20_000_000,
  pinned: false,
  trusted: false,
  inUse: false,
  usedAt: 0,
};

function open() {
  const parts = openApp(({ portolan }) => portolan.setReport({ usage: 70, quota: 100, containers: [BASE] }));
  return { ...parts, storage: parts.app.storage };
}

describe('the storage', () => {
  it('is counted once someone looks at it, and followed while they do', async () => {
    const { storage, portolan } = open();
    await settle();
    expect(storage.state.value.name).toBe('loading');
    storage.watch();
    await settle();
    expect(storage.state.value).toMatchObject({ name: 'ready', value: { usage: 70, containers: [BASE] } });

    portolan.setReport({ usage: 71 });
    await settle();
    expect(storage.state.value).toMatchObject({ value: { usage: 71 } });
    storage.unwatch();
    portolan.setReport({ usage: 72 });
    await settle();
    expect(storage.state.value).toMatchObject({ value: { usage: 71 } });
  });

  it('that cannot be counted is told, and tried again', async () => {
    const { storage, portolan } = open();
    portolan.failure = new AppError('storage/unavailable', { detail: 'locked' });
    storage.watch();
    await settle();
    expect(storage.state.value).toMatchObject({ name: 'failed', error: { code: 'storage/unavailable' } });
    await storage.retry();
    expect(storage.state.value.name).toBe('ready');
  });

  it('is kept by the browser when it agrees', async () => {
    const { storage, portolan } = open();
    storage.watch();
    await storage.askToPersist();
    expect(portolan.asked).toEqual(['persist']);
    expect([storage.persist.value, storage.state.value]).toMatchObject(['unasked', { value: { persisted: true } }]);
  });

  it('says so when the browser does not agree, or cannot be asked', async () => {
    const { storage, portolan, shell } = open();
    portolan.persist = () => Promise.resolve(false);
    await storage.askToPersist();
    expect(storage.persist.value).toBe('refused');
    portolan.persist = () => Promise.reject(new Error('no such thing'));
    await storage.askToPersist();
    expect([storage.persist.value, shell.reported.length]).toEqual(['refused', 1]);
  });

  it('holds a pinned container until it is no longer pinned', async () => {
    const { storage, portolan } = open();
    await storage.pin(BASE, true);
    expect(storage.announcement.value).toBe('Debian base is pinned.');
    await storage.pin(BASE, false);
    expect(portolan.asked).toEqual([`pin ${BASE.digest}`, `unpin ${BASE.digest}`]);
  });

  it('loses a container only after the user said so', async () => {
    const { storage, portolan } = open();
    storage.ask(BASE);
    storage.cancel();
    await storage.remove();
    expect(portolan.asked).toEqual([]);
    storage.ask(BASE);
    await storage.remove();
    expect(portolan.asked).toEqual([`remove ${BASE.digest}`]);
    expect(storage.announcement.value).toBe('Debian base was removed from this device.');
  });

  it('tells at the container why it stays', async () => {
    const { storage, portolan } = open();
    portolan.failure = new AppError('container/in-use', { title: 'Debian base' });
    storage.ask(BASE);
    await storage.remove();
    expect(storage.failureOf(BASE.digest)?.code).toBe('container/in-use');
    storage.dismiss(BASE.digest);
    expect(storage.failureOf(BASE.digest)).toBeUndefined();
  });
});
