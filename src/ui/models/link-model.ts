import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import { parseShareLink, type ShareLink } from '#domain/share/index.ts';
import type { ContainerListing, LinkPreview, Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import type { Environment } from './environment.ts';
import { findLink } from './incoming-link.ts';
import { OPEN_LINK, sameRoute, type Route } from './route.ts';

/** What a share link leads to. Looking at it downloads and starts nothing. */
export type LinkState =
  /** No link yet: one can be pasted. `error`: what came instead of one. */
  | { readonly name: 'empty'; readonly text: string; readonly error: ErrorRecord | undefined }
  | { readonly name: 'invalid'; readonly error: ErrorRecord }
  | { readonly name: 'looking'; readonly link: ShareLink }
  | { readonly name: 'found'; readonly link: ShareLink; readonly listing: ContainerListing }
  | { readonly name: 'missing'; readonly link: ShareLink; readonly asked: Asked }
  | { readonly name: 'failed'; readonly link: ShareLink; readonly error: ErrorRecord };

type Asked = Extract<LinkPreview, { name: 'missing' }>['asked'];

/** The share link that the address holds, or that comes from elsewhere. */
export class LinkModel {
  readonly #portolan: Portolan;
  readonly #shell: Shell;
  readonly #environment: Environment;
  readonly #looked = signal<LinkState>(NOTHING_YET);
  readonly #received = signal<LinkState>(NOTHING_YET);
  readonly #stop: () => void;
  #looking: AbortController | undefined;

  readonly state: ReadonlySignal<LinkState>;

  constructor(portolan: Portolan, shell: Shell, environment: Environment) {
    this.#portolan = portolan;
    this.#shell = shell;
    this.#environment = environment;
    this.state = computed(() => (isForm(environment.route.value) ? this.#received.value : this.#looked.value));
    this.#stop = effect(() => this.#follow(environment.route.value));
  }

  /** Goes to the link in `text`: what was shared with the app, opened with it, or pasted. */
  receive(text: string, options?: { readonly replace?: boolean }): void {
    const fragment = findLink(text);
    const error = fragment === undefined ? new AppError('link/none').toRecord() : undefined;
    if (error !== undefined) this.#shell.report(AppError.fromRecord(error));
    this.#received.value = { name: 'empty', text, error };
    this.#environment.go(fragment === undefined ? OPEN_LINK : { name: 'link', fragment }, options);
  }

  /** Asks again for a link that led nowhere. */
  retry(): void {
    const state = this.#looked.peek();
    if (state.name === 'missing' || state.name === 'failed') void this.#lookUp(state.link);
  }

  dispose(): void {
    this.#stop();
    this.#looking?.abort();
  }

  #follow(route: Route): void {
    this.#looking?.abort();
    if (route.name !== 'link') this.#received.value = NOTHING_YET;
    else if (!isForm(route)) this.#parse(route.fragment);
  }

  #parse(fragment: string): void {
    try {
      const link = parseShareLink(fragment);
      if (link !== undefined) void this.#lookUp(link);
    } catch (error) {
      this.#looked.value = { name: 'invalid', error: AppError.from(error).toRecord() };
    }
  }

  async #lookUp(link: ShareLink): Promise<void> {
    const looking = new AbortController();
    this.#looking = looking;
    this.#looked.value = { name: 'looking', link };
    const state = await this.#ask(link, looking.signal);
    if (!looking.signal.aborted) this.#looked.value = state;
  }

  async #ask(link: ShareLink, signal: AbortSignal): Promise<LinkState> {
    try {
      const preview = await this.#portolan.lookUp(link.manifest, link.from, { signal });
      return preview.name === 'found'
        ? { name: 'found', link, listing: preview.listing }
        : { name: 'missing', link, asked: preview.asked };
    } catch (error) {
      if (!signal.aborted) this.#shell.report(error);
      return { name: 'failed', link, error: AppError.from(error).toRecord() };
    }
  }
}

const NOTHING_YET: LinkState = { name: 'empty', text: '', error: undefined };

/** True for the address at which a link can be pasted. */
function isForm(route: Route): boolean {
  return sameRoute(route, OPEN_LINK);
}
