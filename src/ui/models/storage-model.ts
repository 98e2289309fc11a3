import { signal, type ReadonlySignal } from '@preact/signals';
import type { ErrorRecord } from '#domain/errors/index.ts';
import type { Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import type { StorageReport, StoredContainer } from '#ports/storage-report.ts';
import { attempt } from './attempt.ts';
import { Failures } from './failures.ts';
import { LiveQuery, type QueryState } from './live-query.ts';

/** What the user may remove: enough of it to ask whether they mean it. */
export type Removable = Pick<StoredContainer, 'digest' | 'title'>;

/** `refused`: the browser was asked, and did not agree. */
export type PersistState = 'unasked' | 'asking' | 'refused';

/** What takes how much of this device, and how to make room. */
export class StorageModel {
  readonly #portolan: Portolan;
  readonly #shell: Shell;
  readonly #query: LiveQuery<StorageReport>;
  readonly #failures = new Failures();
  readonly #removing = signal<Removable | undefined>(undefined);
  readonly #persist = signal<PersistState>('unasked');
  readonly #announcement = signal('');
  #watched = false;

  constructor(portolan: Portolan, shell: Shell) {
    this.#portolan = portolan;
    this.#shell = shell;
    this.#query = new LiveQuery(shell, () => portolan.storage());
    portolan.on('storage', () => this.#changed(), { signal: this.#query.signal });
  }

  get state(): ReadonlySignal<QueryState<StorageReport>> {
    return this.#query.state;
  }

  /** The container that waits for the user's word before it is removed. */
  get removing(): ReadonlySignal<Removable | undefined> {
    return this.#removing;
  }

  get persist(): ReadonlySignal<PersistState> {
    return this.#persist;
  }

  /** What a screen reader should hear. */
  get announcement(): ReadonlySignal<string> {
    return this.#announcement;
  }

  /** Why a container could not be removed or pinned. */
  failureOf(digest: string): ErrorRecord | undefined {
    return this.#failures.of(digest);
  }

  dismiss(digest: string): void {
    this.#failures.dismiss(digest);
  }

  /** The report takes a while to count, so that it is made only once someone looks at it. */
  watch(): void {
    this.#watched = true;
    void this.#query.refresh();
  }

  unwatch(): void {
    this.#watched = false;
  }

  retry(): Promise<void> {
    return this.#query.retry();
  }

  /** Asks the browser not to clear this origin by itself. */
  async askToPersist(): Promise<void> {
    this.#persist.value = 'asking';
    let agreed = false;
    await attempt(this.#shell, async () => (agreed = await this.#portolan.persist()));
    this.#persist.value = agreed ? 'unasked' : 'refused';
    await this.#query.refresh();
  }

  async pin({ digest, title }: StoredContainer, pinned: boolean): Promise<void> {
    const news = `${title} is ${pinned ? 'pinned' : 'no longer pinned'}.`;
    await this.#do(digest, () => this.#portolan.pin(digest, pinned), news);
  }

  ask(container: Removable): void {
    this.#removing.value = { digest: container.digest, title: container.title };
  }

  cancel(): void {
    this.#removing.value = undefined;
  }

  /** The user said yes. */
  async remove(): Promise<void> {
    const container = this.#removing.peek();
    this.#removing.value = undefined;
    if (container === undefined) return;
    const { digest, title } = container;
    await this.#do(digest, () => this.#portolan.removeContainer(digest), `${title} was removed from this device.`);
  }

  dispose(): void {
    this.#query.dispose();
  }

  async #do(digest: string, action: () => Promise<void>, news: string): Promise<void> {
    this.#failures.dismiss(digest);
    const error = await attempt(this.#shell, action);
    this.#failures.set(digest, error);
    if (error === undefined) this.#announcement.value = news;
    this.#changed();
  }

  #changed(): void {
    if (this.#watched) void this.#query.refresh();
  }
}
