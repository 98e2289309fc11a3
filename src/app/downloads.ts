import type { Digest } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Download } from '#ports/portolan.ts';
import type { TransferProgress } from '#ports/progress.ts';
import * as v from 'valibot';

/** What this device remembers of a download, so that it goes on after a reload or a crash. */
export type DownloadWish = 'none' | 'running' | 'paused';

/** What downloads need of the rest. */
export interface DownloadContext {
  /** Fetches what lacks; what is here already counts as done. @throws AppError */
  keep(manifest: Digest, options: Cancellable & { onProgress(progress: TransferProgress): void }): Promise<void>;
  /** How much is here, without fetching anything. */
  progressOf(manifest: Digest): Promise<TransferProgress>;
  wishes(): Promise<ReadonlyMap<Digest, DownloadWish>>;
  setWish(manifest: Digest, wish: DownloadWish): Promise<void>;
  /** A download came further; or, `settled`, it began, ended or was paused, so that what is here is to be looked at. */
  onChange(settled: boolean): void;
}

const CHANNEL = 'portolan:downloads';

/** Between tabs: what the tab that downloads sees, and that it should look at the wishes again. */
const MessageSchema = v.variant('type', [
  v.object({ type: v.literal('progress'), manifest: v.string(), download: v.custom<Download>(isDownload) }),
  v.object({ type: v.literal('wish'), manifest: v.string() }),
]);
type Message = v.InferOutput<typeof MessageSchema>;

/** The downloads that the user asked for. Each is run by one tab at a time (Web Locks); all tabs see how it goes. */
export class Downloads {
  readonly #context: DownloadContext;
  readonly #channel = new BroadcastChannel(CHANNEL);
  readonly #states = new Map<string, Download>();
  readonly #running = new Map<string, AbortController>();

  constructor(context: DownloadContext) {
    this.#context = context;
    this.#channel.addEventListener('message', ({ data }) => this.#hear(data));
    // A server that was away is asked again as soon as there is a network.
    addEventListener('online', () => void this.resumeAll().catch(() => undefined));
  }

  get(manifest: Digest): Download | undefined {
    return this.#states.get(manifest);
  }

  /** Goes on with what was running when its tab was closed, and shows what was paused. */
  async resumeAll(): Promise<void> {
    for (const [manifest, wish] of await this.#context.wishes()) {
      if (wish === 'running') this.#run(manifest);
      else if (wish === 'paused') await this.#showPaused(manifest);
    }
  }

  async keep(manifest: Digest): Promise<void> {
    await this.#wish(manifest, 'running');
    this.#run(manifest);
  }

  async pause(manifest: Digest): Promise<void> {
    await this.#wish(manifest, 'paused');
    this.#end(manifest);
    await this.#showPaused(manifest);
  }

  async cancel(manifest: Digest): Promise<void> {
    await this.#wish(manifest, 'none');
    this.#end(manifest);
    this.#set(manifest, undefined);
  }

  async #wish(manifest: Digest, wish: DownloadWish): Promise<void> {
    await this.#context.setWish(manifest, wish);
    this.#post({ type: 'wish', manifest });
  }

  #run(manifest: Digest): void {
    if (this.#running.has(manifest)) return;
    const controller = new AbortController();
    this.#running.set(manifest, controller);
    void this.#runAlone(manifest, controller.signal).finally(() => {
      if (this.#running.get(manifest) === controller) this.#running.delete(manifest);
    });
  }

  /** A tab that waits for another's lock takes over when that one is closed. */
  async #runAlone(manifest: Digest, signal: AbortSignal): Promise<void> {
    try {
      await navigator.locks.request(`portolan:download:${manifest}`, { signal }, () =>
        this.#download(manifest, signal),
      );
    } catch (error) {
      if (!signal.aborted) await this.#fail(manifest, error);
    }
  }

  async #download(manifest: Digest, signal: AbortSignal): Promise<void> {
    // Another tab may have finished it meanwhile.
    if ((await this.#context.wishes()).get(manifest) !== 'running') return this.#set(manifest, undefined);
    const onProgress = (progress: TransferProgress): void => this.#tell(manifest, { name: 'running', progress });
    await this.#context.keep(manifest, { signal, onProgress });
    signal.throwIfAborted();
    await this.#wish(manifest, 'none');
    this.#set(manifest, undefined);
  }

  /** The wish stays: the next page, or the network's return, goes on with it. */
  async #fail(manifest: Digest, error: unknown): Promise<void> {
    const progress = this.#states.get(manifest)?.progress ?? (await this.#context.progressOf(manifest));
    this.#tell(manifest, { name: 'failed', progress, error: AppError.from(error).toRecord() });
  }

  async #showPaused(manifest: Digest): Promise<void> {
    const progress = await this.#context.progressOf(manifest);
    this.#set(manifest, { name: 'paused', progress });
  }

  #end(manifest: Digest): void {
    this.#running.get(manifest)?.abort();
    this.#running.delete(manifest);
  }

  #tell(manifest: Digest, download: Download): void {
    this.#set(manifest, download);
    this.#post({ type: 'progress', manifest, download });
  }

  #set(manifest: string, download: Download | undefined): void {
    if (download) this.#states.set(manifest, download);
    else this.#states.delete(manifest);
    this.#context.onChange(download?.name !== 'running');
  }

  #post(message: Message): void {
    this.#channel.postMessage(message);
  }

  #hear(data: unknown): void {
    const message = v.safeParse(MessageSchema, data);
    if (!message.success) return;
    if (message.output.type === 'progress') this.#set(message.output.manifest, message.output.download);
    else void this.#obey(message.output.manifest);
  }

  /** Another tab has changed a wish. */
  async #obey(name: string): Promise<void> {
    const wishes = await this.#context.wishes();
    const [manifest, wish] = [...wishes].find(([each]) => each === name) ?? [];
    if (manifest && wish === 'running') return this.#run(manifest);
    this.#running.get(name)?.abort();
    this.#running.delete(name);
    if (manifest && wish === 'paused') await this.#showPaused(manifest);
    else this.#set(name, undefined);
  }
}

/** Only tabs of this origin write to the channel, and of the same code but for an update. */
function isDownload(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'name' in value && 'progress' in value;
}
