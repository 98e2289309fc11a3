import { describe, expect, it, vi } from 'vitest';
import { Deferred } from '#domain/async/index.ts';
import { digestFromBytes, type Digest } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { TransferProgress } from '#ports/progress.ts';
import { Downloads, type DownloadContext, type DownloadWish } from '../../src/app/downloads.ts';

type KeepOptions = Parameters<DownloadContext['keep']>[1];

/** What tabs of one origin share. */
class Device {
  readonly wishes = new Map<Digest, DownloadWish>();
  here = 0;
}

/** A tab, whose transfers go as the test says. */
class Tab implements DownloadContext {
  readonly device: Device;
  readonly downloads: Downloads;
  readonly started: Digest[] = [];
  transfer = new Deferred<void>();
  #report: (progress: TransferProgress) => void = () => undefined;

  constructor(device: Device) {
    this.device = device;
    this.downloads = new Downloads(this);
  }

  keep(manifest: Digest, { signal, onProgress }: KeepOptions & Cancellable): Promise<void> {
    this.started.push(manifest);
    this.#report = onProgress;
    this.transfer = new Deferred<void>();
    signal?.addEventListener('abort', () => this.transfer.reject(signal.reason));
    return this.transfer.promise;
  }

  arrive(bytes: number): void {
    this.device.here = bytes;
    this.#report(progressAt(bytes));
  }

  progressOf = () => Promise.resolve(progressAt(this.device.here));
  wishes = () => Promise.resolve(this.device.wishes);
  setWish = async (manifest: Digest, wish: DownloadWish) => void this.device.wishes.set(manifest, wish);
  onChange = vi.fn();
}

function progressAt(bytes: number): TransferProgress {
  return { bytes, total: 100, rate: 10, secondsLeft: (100 - bytes) / 10 };
}

/** A container of its own for each test, as locks and channels are shared by all. */
function aTab(): { tab: Tab; manifest: Digest } {
  const manifest = digestFromBytes(crypto.getRandomValues(new Uint8Array(32)));
  return { tab: new Tab(new Device()), manifest };
}

describe('a download', () => {
  it('runs until all is here, tells how far it is, and is then forgotten', async () => {
    const { tab, manifest } = aTab();
    await tab.downloads.keep(manifest);
    await vi.waitFor(() => expect(tab.started).toEqual([manifest]));
    tab.arrive(40);
    expect(tab.downloads.get(manifest)).toMatchObject({ name: 'running', progress: { bytes: 40 } });
    tab.transfer.resolve();
    await vi.waitFor(() => expect(tab.downloads.get(manifest)).toBeUndefined());
    expect(tab.device.wishes.get(manifest)).toBe('none');
  });

  it('is paused with what is here, and goes on when it is asked for again', async () => {
    const { tab, manifest } = aTab();
    await tab.downloads.keep(manifest);
    await vi.waitFor(() => expect(tab.started).toHaveLength(1));
    tab.arrive(30);
    await tab.downloads.pause(manifest);
    expect(tab.downloads.get(manifest)).toMatchObject({ name: 'paused', progress: { bytes: 30 } });
    await tab.downloads.keep(manifest);
    await vi.waitFor(() => expect(tab.started).toHaveLength(2));
  });

  it('that is cancelled does not come back with the next page', async () => {
    const { tab, manifest } = aTab();
    await tab.downloads.keep(manifest);
    await vi.waitFor(() => expect(tab.started).toHaveLength(1));
    await tab.downloads.cancel(manifest);
    expect(tab.downloads.get(manifest)).toBeUndefined();
    const next = new Tab(tab.device);
    await next.downloads.resumeAll();
    expect([next.started, next.downloads.get(manifest)]).toEqual([[], undefined]);
  });

  it('that fails says why, and goes on when it is asked for again', async () => {
    const { tab, manifest } = aTab();
    await tab.downloads.keep(manifest);
    await vi.waitFor(() => expect(tab.started).toHaveLength(1));
    tab.arrive(20);
    tab.transfer.reject(new AppError('source/stalled', { url: 'http://a/', seconds: 15 }));
    await vi.waitFor(() => expect(tab.downloads.get(manifest)?.name).toBe('failed'));
    expect(tab.downloads.get(manifest)).toMatchObject({ error: { code: 'source/stalled' }, progress: { bytes: 20 } });
    await tab.downloads.keep(manifest);
    await vi.waitFor(() => expect(tab.started).toHaveLength(2));
  });

  it('goes on with the next page, if it was running when the last one closed', async () => {
    const { tab, manifest } = aTab();
    tab.device.wishes.set(manifest, 'running');
    await tab.downloads.resumeAll();
    await vi.waitFor(() => expect(tab.started).toEqual([manifest]));
  });
});

describe('two tabs', () => {
  it('download a container once, and both see how far it is', async () => {
    const { tab: one, manifest } = aTab();
    const other = new Tab(one.device);
    await one.downloads.keep(manifest);
    await other.downloads.keep(manifest);
    await vi.waitFor(() => expect(one.started.length + other.started.length).toBe(1));
    one.arrive(60);
    await vi.waitFor(() => expect(other.downloads.get(manifest)).toMatchObject({ progress: { bytes: 60 } }));
    one.transfer.resolve();
    await vi.waitFor(() => expect(other.downloads.get(manifest)).toBeUndefined());
    expect(other.started).toEqual([]);
  });

  it('obey each other: what one pauses stops in the other', async () => {
    const { tab: one, manifest } = aTab();
    const other = new Tab(one.device);
    await one.downloads.keep(manifest);
    await vi.waitFor(() => expect(one.started).toHaveLength(1));
    await other.downloads.pause(manifest);
    await expect(one.transfer.promise).rejects.toThrow();
    await vi.waitFor(() => expect(one.downloads.get(manifest)?.name).toBe('paused'));
  });
});
