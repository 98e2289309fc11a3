import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Digest } from '#domain/container/index.ts';
import { formatShareLink, type AppTarget } from '#domain/share/index.ts';
import type { ContainerListing } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import { attempt } from './attempt.ts';
import type { Environment } from './environment.ts';

/** Most sources that a link may name (as src/domain/share reads them). */
const MOST_SOURCES = 8;

/** A container whose link is handed on. */
export interface Shared {
  readonly digest: Digest;
  readonly title: string;
  /** Catalogs that have it. */
  readonly mirrors: readonly string[];
  /** True when it is shared from a machine, whose own changes do not go with it. */
  readonly machine: boolean;
  /** The page of an app that the link leads to. */
  readonly target?: AppTarget | undefined;
}

/** The dialog that hands on a link to a container. */
export class ShareModel {
  readonly #shell: Shell;
  readonly #environment: Environment;
  readonly #shared = signal<Shared | undefined>(undefined);
  readonly #namesSources = signal(true);
  readonly #copied = signal(false);

  /** The link as it is handed on; empty while nothing is shared. */
  readonly link: ReadonlySignal<string>;

  constructor(shell: Shell, environment: Environment) {
    this.#shell = shell;
    this.#environment = environment;
    this.link = computed(() => this.#format());
  }

  /** What is shared now; undefined while the dialog is closed. */
  get shared(): ReadonlySignal<Shared | undefined> {
    return this.#shared;
  }

  /** True while the link says where the container can be had. */
  get namesSources(): ReadonlySignal<boolean> {
    return this.#namesSources;
  }

  /** True once the link that is shown is on the clipboard. */
  get copied(): ReadonlySignal<boolean> {
    return this.#copied;
  }

  /** True where the system has a dialog of its own for this. */
  get canHandOn(): boolean {
    return this.#environment.share !== undefined;
  }

  openListing({ entry, mirrors }: ContainerListing): void {
    this.open({ digest: entry.manifest.digest, title: entry.title, mirrors, machine: false });
  }

  open(shared: Shared): void {
    this.#copied.value = false;
    this.#shared.value = shared;
  }

  close(): void {
    this.#shared.value = undefined;
  }

  nameSources(named: boolean): void {
    this.#copied.value = false;
    this.#namesSources.value = named;
  }

  async copy(): Promise<void> {
    const error = await attempt(this.#shell, () => this.#environment.copy(this.link.peek()));
    this.#copied.value = error === undefined;
  }

  /** Opens the system's own dialog. */
  async handOn(): Promise<void> {
    const shared = this.#shared.peek();
    const { share } = this.#environment;
    if (shared === undefined || share === undefined) return;
    await attempt(this.#shell, () => share({ title: shared.title, url: this.link.peek() }));
  }

  #format(): string {
    const shared = this.#shared.value;
    if (shared === undefined) return '';
    const from = this.#namesSources.value ? shared.mirrors.slice(0, MOST_SOURCES) : [];
    return this.#environment.linkTo(formatShareLink({ manifest: shared.digest, from, app: shared.target }));
  }
}
