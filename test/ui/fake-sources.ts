import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Source, SourceSettings, Sources } from '#ports/sources.ts';

/** A source with what a test does not care about filled in. */
export function source(values: Partial<Source> & Pick<Source, 'url'>): Source {
  return {
    name: new URL(values.url).host,
    priority: 0,
    enabled: true,
    embedded: false,
    entries: 1,
    readAt: Date.UTC(2025, 10, 21, 12),
    stale: false,
    health: { latency: 40, failures: 0, error: undefined, retryAt: undefined },
    signature: { name: 'unsigned' },
    ...values,
  };
}

/** Sources that a test fills, and what was asked of them. */
export class FakeSources implements Sources {
  readonly asked: string[] = [];
  /** The next action fails with it. */
  failure: AppError | undefined;
  all: readonly Source[] = [];
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  set(sources: readonly Source[]): void {
    this.all = sources;
    this.#changed();
  }

  async list(): Promise<readonly Source[]> {
    this.#mayFail();
    return this.all.toSorted((a, b) => a.priority - b.priority);
  }

  async add(url: string, settings: SourceSettings = {}, _options?: Cancellable): Promise<Source> {
    this.asked.push(`add ${url}`);
    this.#mayFail();
    const { key: _, ...values } = settings;
    const added = source({ url, priority: this.all.length, ...values });
    this.set([...this.all, added]);
    return added;
  }

  async update(url: string, settings: SourceSettings): Promise<Source> {
    this.asked.push(`update ${url} ${JSON.stringify(settings)}`);
    this.#mayFail();
    const before = this.#find(url);
    const { key: _, priority = before.priority, ...values } = settings;
    const after = { ...before, ...values };
    const others = this.all.filter((each) => each !== before).toSorted((a, b) => a.priority - b.priority);
    this.set(others.toSpliced(priority, 0, after).map((each, place) => ({ ...each, priority: place })));
    return { ...after, priority };
  }

  async remove(url: string): Promise<void> {
    this.asked.push(`remove ${url}`);
    this.#mayFail();
    const before = this.#find(url);
    this.set(this.all.filter((each) => each !== before));
  }

  async refresh(url?: string): Promise<void> {
    this.asked.push(url === undefined ? 'refresh' : `refresh ${url}`);
    this.#mayFail();
    this.#changed();
  }

  #find(url: string): Source {
    const found = this.all.find((each) => each.url === url);
    if (found === undefined) throw new AppError('source/unknown', { url });
    return found;
  }

  #mayFail(): void {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
  }
}
