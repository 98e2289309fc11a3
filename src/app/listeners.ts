import type { Cancellable } from '#ports/cancellation.ts';

/** Listeners of named events, each kept until its signal. */
export class Listeners<Name extends string> {
  readonly #listeners = new Map<Name, Set<() => void>>();

  on(name: Name, listener: () => void, { signal }: Cancellable = {}): void {
    if (signal?.aborted) return;
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set.add(listener));
    signal?.addEventListener('abort', () => set.delete(listener));
  }

  emit(name: Name): void {
    for (const listener of this.#listeners.get(name) ?? []) listener();
  }
}
