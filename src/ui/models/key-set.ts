import { signal } from '@preact/signals';

/** Keys of what is under way. */
export class KeySet {
  readonly #keys = signal<ReadonlySet<string>>(new Set());

  has(key: string): boolean {
    return this.#keys.value.has(key);
  }

  /** As `has`, without following it. */
  peek(key: string): boolean {
    return this.#keys.peek().has(key);
  }

  add(key: string): void {
    if (!this.peek(key)) this.#keys.value = new Set([...this.#keys.peek(), key]);
  }

  delete(key: string): void {
    if (this.peek(key)) this.#keys.value = new Set([...this.#keys.peek()].filter((each) => each !== key));
  }
}
