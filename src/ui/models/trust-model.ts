import { signal, type ReadonlySignal } from '@preact/signals';
import type { Digest } from '#domain/container/index.ts';
import type { Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import { attempt } from './attempt.ts';

/** A container that the user is asked about. */
export interface Trustable {
  readonly container: Digest;
  readonly title: string;
}

/** Which containers' pages may be part of Portolan, where they have no origin of their own; asks before one is. */
export class TrustModel {
  readonly #portolan: Pick<Portolan, 'appPages' | 'trusted' | 'trust'>;
  readonly #shell: Pick<Shell, 'report'>;
  readonly #trusted = signal<ReadonlySet<Digest>>(new Set());
  readonly #asking = signal<Trustable | undefined>(undefined);
  readonly #abort = new AbortController();
  #then: (() => void) | undefined;

  constructor(portolan: Pick<Portolan, 'appPages' | 'trusted' | 'trust' | 'on'>, shell: Pick<Shell, 'report'>) {
    this.#portolan = portolan;
    this.#shell = shell;
    portolan.on('storage', () => void this.#read(), { signal: this.#abort.signal });
    void this.#read();
  }

  /** The container that waits for the user's word. */
  get asking(): ReadonlySignal<Trustable | undefined> {
    return this.#asking;
  }

  /** True where pages of guests are part of Portolan itself, and only those of trusted containers open. */
  get matters(): boolean {
    return this.#portolan.appPages === 'shared';
  }

  has(container: Digest): boolean {
    return this.#trusted.value.has(container);
  }

  /** True when a page of the container opens only after the user has said so. */
  isMissing(container: Digest): boolean {
    return this.matters && !this.has(container);
  }

  /** Does `then`, or asks first. */
  ask(about: Trustable, then: () => void): void {
    if (!this.isMissing(about.container)) return then();
    this.#then = then;
    this.#asking.value = { container: about.container, title: about.title };
  }

  /** The user trusts it. */
  async confirm(): Promise<void> {
    const [about, then] = [this.#asking.peek(), this.#then];
    this.cancel();
    if (about && (await this.#set(about.container, true))) then?.();
  }

  cancel(): void {
    this.#then = undefined;
    this.#asking.value = undefined;
  }

  async revoke(container: Digest): Promise<void> {
    await this.#set(container, false);
  }

  dispose(): void {
    this.#abort.abort();
  }

  async #set(container: Digest, trusted: boolean): Promise<boolean> {
    const error = await attempt(this.#shell, () => this.#portolan.trust(container, trusted));
    await this.#read();
    return error === undefined;
  }

  /** What cannot be read now is not trusted, and is read with the next news. */
  async #read(): Promise<void> {
    // Where it makes no difference nobody looks at it.
    if (!this.matters) return;
    const trusted = await this.#portolan.trusted().catch(() => []);
    const before = this.#trusted.peek();
    if (trusted.length !== before.size || trusted.some((each) => !before.has(each)))
      this.#trusted.value = new Set(trusted);
  }
}
