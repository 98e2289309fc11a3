import { effect, signal, type ReadonlySignal } from '@preact/signals';
import type { Digest } from '#domain/container/index.ts';
import type { ErrorRecord } from '#domain/errors/index.ts';
import type { ContainerListing, Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import { attempt } from './attempt.ts';
import type { CatalogModel } from './catalog-model.ts';
import { announceDownload } from './download-news.ts';
import { Failures } from './failures.ts';
import { KeySet } from './key-set.ts';

/** Containers that are downloaded whole at the user's word. How they stand is in the catalog's listings. */
export class DownloadsModel {
  readonly #portolan: Portolan;
  readonly #shell: Shell;
  readonly #asked = new KeySet();
  readonly #failures = new Failures();
  readonly #announcement = signal('');
  readonly #stop: () => void;

  constructor(portolan: Portolan, shell: Shell, catalog: CatalogModel) {
    this.#portolan = portolan;
    this.#shell = shell;
    this.#stop = this.#follow(catalog);
  }

  /** What a screen reader should hear about downloads. */
  get announcement(): ReadonlySignal<string> {
    return this.#announcement;
  }

  /** True between the user's word and the first sign of the download. */
  isStarting(digest: Digest): boolean {
    return this.#asked.has(digest);
  }

  /** Why it could not be started, paused or cancelled; what a download itself fails with is in its listing. */
  failureOf(digest: Digest): ErrorRecord | undefined {
    return this.#failures.of(digest);
  }

  dismiss(digest: Digest): void {
    this.#failures.dismiss(digest);
  }

  /** Starts a download, or goes on with it. */
  async keep(digest: Digest): Promise<void> {
    this.#asked.add(digest);
    const done = await this.#try(digest, () => this.#portolan.keep(digest));
    if (!done) this.#asked.delete(digest);
  }

  async pause(digest: Digest): Promise<void> {
    this.#asked.delete(digest);
    await this.#try(digest, () => this.#portolan.pauseKeeping(digest));
  }

  async cancel(digest: Digest): Promise<void> {
    this.#asked.delete(digest);
    await this.#try(digest, () => this.#portolan.cancelKeeping(digest));
  }

  dispose(): void {
    this.#stop();
  }

  async #try(digest: Digest, action: () => Promise<void>): Promise<boolean> {
    this.#failures.dismiss(digest);
    const error = await attempt(this.#shell, action);
    this.#failures.set(digest, error);
    return error === undefined;
  }

  #follow(catalog: CatalogModel): () => void {
    let before: readonly ContainerListing[] = [];
    return effect(() => {
      const { listings } = catalog;
      for (const { entry, download, local } of listings) {
        if (download?.name === 'running' || download?.name === 'failed' || local.name === 'offline-ready') {
          this.#asked.delete(entry.manifest.digest);
        }
      }
      const news = announceDownload(before, listings);
      if (news !== undefined) this.#announcement.value = news;
      before = listings;
    });
  }
}
