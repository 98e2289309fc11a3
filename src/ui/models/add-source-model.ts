import { signal, type ReadonlySignal } from '@preact/signals';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { Shell } from '#ports/shell.ts';
import type { Source, Sources } from '#ports/sources.ts';

/** `closed`; `open`: the form is filled in; `reading`: the catalog is being read. */
export type AddSourceState =
  | { readonly name: 'closed' }
  | { readonly name: 'open'; readonly error: ErrorRecord | undefined }
  | { readonly name: 'reading' };

/** Adds a source. Its catalog is read first, so that a wrong address is told while it can be corrected. */
export class AddSourceModel {
  readonly #sources: Sources;
  readonly #shell: Shell;
  readonly #onAdded: (source: Source) => void;
  readonly #state = signal<AddSourceState>({ name: 'closed' });
  #reading: AbortController | undefined;

  constructor(sources: Sources, shell: Shell, onAdded: (source: Source) => void) {
    this.#sources = sources;
    this.#shell = shell;
    this.#onAdded = onAdded;
  }

  get state(): ReadonlySignal<AddSourceState> {
    return this.#state;
  }

  open(): void {
    this.#state.value = { name: 'open', error: undefined };
  }

  /** Also calls off what is being read. */
  close(): void {
    this.#reading?.abort();
    this.#state.value = { name: 'closed' };
  }

  /**
   * Reads and adds a catalog. Without a dialog, too: for the source of a link.
   * @param key minisign's public key in base64; empty: none
   */
  async add(address: string, key = ''): Promise<void> {
    if (this.#reading !== undefined) return;
    const reading = new AbortController();
    this.#reading = reading;
    this.#state.value = { name: 'reading' };
    this.#state.value = await this.#read(completeAddress(address), key.trim(), reading.signal);
    this.#reading = undefined;
  }

  async #read(url: string, key: string, signal: AbortSignal): Promise<AddSourceState> {
    try {
      this.#onAdded(await this.#sources.add(url, key === '' ? {} : { key }, { signal }));
      return { name: 'closed' };
    } catch (error) {
      if (signal.aborted) return { name: 'closed' };
      this.#shell.report(error);
      return { name: 'open', error: AppError.from(error).toRecord() };
    }
  }
}

/** What people type as an address may lack the scheme: https, but for this device's own servers. */
export function completeAddress(text: string): string {
  const address = text.trim();
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(address)) return address;
  const own = /^(?:localhost|[^/:]+\.localhost|127(?:\.\d+){3}|\[::1\])(?:[:/]|$)/i.test(address);
  return `${own ? 'http' : 'https'}://${address}`;
}
