import { signal } from '@preact/signals';
import type { ErrorRecord } from '#domain/errors/index.ts';

/** By key, why the last action on something failed, until it is put away. */
export class Failures {
  readonly #byKey = signal<ReadonlyMap<string, ErrorRecord>>(new Map());

  of(key: string): ErrorRecord | undefined {
    return this.#byKey.value.get(key);
  }

  set(key: string, error: ErrorRecord | undefined): void {
    const before = this.#byKey.peek();
    if (before.get(key) === error) return;
    const failures = new Map(before);
    if (error === undefined) failures.delete(key);
    else failures.set(key, error);
    this.#byKey.value = failures;
  }

  dismiss(key: string): void {
    this.set(key, undefined);
  }
}
