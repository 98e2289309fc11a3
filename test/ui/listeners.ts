import type { Cancellable } from '#ports/cancellation.ts';

/** Listeners by type, as the ports have them. */
export class Listeners<T extends string> {
  readonly #entries = new Set<{ readonly type: T; readonly listener: () => void }>();

  on(type: T, listener: () => void, { signal }: Cancellable = {}): void {
    const entry = { type, listener };
    this.#entries.add(entry);
    signal?.addEventListener('abort', () => this.#entries.delete(entry));
  }

  emit(type: T): void {
    for (const entry of this.#entries) if (entry.type === type) entry.listener();
  }

  get size(): number {
    return this.#entries.size;
  }
}
