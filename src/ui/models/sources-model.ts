import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { ErrorRecord } from '#domain/errors/index.ts';
import type { Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import type { Source, Sources } from '#ports/sources.ts';
import { AddSourceModel } from './add-source-model.ts';
import { attempt } from './attempt.ts';
import { Failures } from './failures.ts';
import { KeySet } from './key-set.ts';
import { LiveQuery, type QueryState } from './live-query.ts';

/** What waits for the user's word or text, about one source. */
export type SourceQuestion = { readonly name: 'rename' | 'remove'; readonly source: Source };

/** The user's sources, and what can be done with them. */
export class SourcesModel {
  readonly #sources: Sources;
  readonly #shell: Shell;
  readonly #query: LiveQuery<readonly Source[]>;
  readonly #busy = new KeySet();
  readonly #failures = new Failures();
  readonly #question = signal<SourceQuestion | undefined>(undefined);
  readonly #announcement = signal('');

  /** The dialog that asks for an address. */
  readonly adding: AddSourceModel;
  /** The source of a link, added without a dialog. */
  readonly offered: AddSourceModel;
  /** Those whose containers are on the shelf, in the user's order. */
  readonly enabled: ReadonlySignal<readonly Source[]>;

  constructor(portolan: Portolan, shell: Shell) {
    this.#sources = portolan.sources;
    this.#shell = shell;
    this.#query = new LiveQuery(shell, (signal) => portolan.sources.list({ signal }));
    this.enabled = computed(() => this.list.filter(({ enabled }) => enabled));
    this.adding = new AddSourceModel(portolan.sources, shell, ({ name }) => this.#added(name));
    this.offered = new AddSourceModel(portolan.sources, shell, ({ name }) => this.#added(name));
    portolan.on('sources', () => void this.#query.refresh(), { signal: this.#query.signal });
    void this.#query.refresh();
  }

  get state(): ReadonlySignal<QueryState<readonly Source[]>> {
    return this.#query.state;
  }

  /** In the user's order. */
  get list(): readonly Source[] {
    return this.#query.value ?? [];
  }

  get question(): ReadonlySignal<SourceQuestion | undefined> {
    return this.#question;
  }

  /** What a screen reader should hear. */
  get announcement(): ReadonlySignal<string> {
    return this.#announcement;
  }

  /** What the user calls a catalog; its host when it is not among the sources. */
  nameOf(url: string): string {
    return this.list.find((source) => source.url === url)?.name ?? URL.parse(url)?.host ?? url;
  }

  isKnown(url: string): boolean {
    return this.list.some((source) => source.url === url);
  }

  isBusy(url: string): boolean {
    return this.#busy.has(url);
  }

  failureOf(url: string): ErrorRecord | undefined {
    return this.#failures.of(url);
  }

  dismiss(url: string): void {
    this.#failures.dismiss(url);
  }

  retry(): Promise<void> {
    return this.#query.retry();
  }

  async setEnabled({ url, name }: Source, enabled: boolean): Promise<void> {
    await this.#do(url, () => this.#sources.update(url, { enabled }), `${name} is ${enabled ? 'on' : 'off'}.`);
  }

  /** Moves a source one place up (-1) or down (1). */
  async move({ url, name }: Source, by: -1 | 1): Promise<void> {
    const place = this.list.findIndex((source) => source.url === url) + by;
    if (place < 0 || place >= this.list.length) return;
    const news = `${name} is now at place ${place + 1} of ${this.list.length}.`;
    await this.#do(url, () => this.#sources.update(url, { priority: place }), news);
  }

  /** Asks one source, or all, again now. */
  async refresh(source?: Source): Promise<void> {
    const url = source?.url;
    const news = source === undefined ? 'All sources were asked again.' : `${source.name} was asked again.`;
    await this.#do(url ?? ALL, () => this.#sources.refresh(url), news);
  }

  get isRefreshingAll(): boolean {
    return this.#busy.has(ALL);
  }

  ask(name: SourceQuestion['name'], source: Source): void {
    this.#question.value = { name, source };
  }

  cancel(): void {
    this.#question.value = undefined;
  }

  /** The answer to `rename`. */
  async rename(text: string): Promise<void> {
    const source = this.#answered('rename');
    const name = text.trim();
    if (source === undefined || name === '' || name === source.name) return;
    await this.#do(source.url, () => this.#sources.update(source.url, { name }), `Renamed to ${name}.`);
  }

  /** The answer to `remove`. */
  async remove(): Promise<void> {
    const source = this.#answered('remove');
    if (source === undefined) return;
    await this.#do(source.url, () => this.#sources.remove(source.url), `${source.name} was removed.`);
  }

  dispose(): void {
    this.adding.close();
    this.offered.close();
    this.#query.dispose();
  }

  #answered(name: SourceQuestion['name']): Source | undefined {
    const question = this.#question.peek();
    this.#question.value = undefined;
    return question?.name === name ? question.source : undefined;
  }

  #added(name: string): void {
    this.#announcement.value = `${name} was added.`;
    void this.#query.refresh();
  }

  async #do(key: string, action: () => Promise<unknown>, news: string): Promise<void> {
    if (this.#busy.peek(key)) return;
    this.#busy.add(key);
    this.#failures.dismiss(key);
    const error = await attempt(this.#shell, action);
    this.#failures.set(key, error);
    if (error === undefined) this.#announcement.value = news;
    await this.#query.refresh();
    this.#busy.delete(key);
  }
}

/** In place of a URL: all sources. */
const ALL = '';
