import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { ListeningPort } from '#domain/guest/index.ts';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import { parseFieldLines, type AppSettings } from '#domain/http/index.ts';
import type { AppLogEntry } from '#ports/app-service.ts';
import type { Machine } from '#ports/portolan.ts';
import { RepeatedLook } from './repeated-look.ts';

/** Milliseconds between two looks at what listens, while somebody looks at the list. */
const LOOK_MS = 2000;

/** A server in the guest, and where its pages are; no address where this window has no origin for them. */
export interface AppEntry extends ListeningPort {
  readonly url: string | undefined;
  readonly settings: AppSettings;
}

/** What a user writes into the form for an app. */
export interface AppForm {
  /** Empty for none. */
  readonly name: string;
  /** One a line, as `Name: value`. */
  readonly headers: string;
}

/** The web servers of a machine: which there are, what the user has set for them, what they were asked. */
export class AppsModel {
  readonly #machine: Machine;
  readonly #ports = signal<readonly ListeningPort[] | undefined>(undefined);
  readonly #settings = signal<readonly AppSettings[]>([]);
  readonly #requests = signal<readonly AppLogEntry[]>([]);
  readonly #looks = new RepeatedLook(LOOK_MS, (signal) => this.#look(signal));
  readonly #editing = signal<number | undefined>(undefined);
  readonly #formError = signal<ErrorRecord | undefined>(undefined);
  /** Undefined until the guest has said. */
  readonly list: ReadonlySignal<readonly AppEntry[] | undefined>;
  /** What its servers were asked, the newest first. */
  readonly requests = computed(() => this.#requests.value.toReversed());

  constructor(machine: Machine) {
    this.#machine = machine;
    this.list = computed(() => this.#ports.value?.map((each) => this.#entry(each)));
  }

  /** Why the guest could not be asked. */
  get error(): ReadonlySignal<ErrorRecord | undefined> {
    return this.#looks.error;
  }

  get open(): ReadonlySignal<boolean> {
    return this.#looks.open;
  }

  /** The port whose settings are being changed. */
  get editing(): ReadonlySignal<number | undefined> {
    return this.#editing;
  }

  /** Why what was written into the form cannot be. */
  get formError(): ReadonlySignal<ErrorRecord | undefined> {
    return this.#formError;
  }

  show(): void {
    if (this.open.peek()) return;
    this.#ports.value = undefined;
    this.edit(undefined);
    this.#looks.begin();
  }

  close(): void {
    this.#looks.end();
  }

  /** @param port undefined: of none */
  edit(port: number | undefined): void {
    this.#editing.value = port;
    this.#formError.value = undefined;
  }

  /** Sets it; what cannot be stays in the form, with the reason. */
  async save(port: number, form: AppForm): Promise<void> {
    const others = this.#settings.peek().filter((each) => each.port !== port);
    try {
      const name = form.name.trim();
      const own: AppSettings = { port, ...(name !== '' && { name }), headers: parseFieldLines(form.headers) };
      const isEmpty = name === '' && own.headers.length === 0;
      const all = isEmpty ? others : [...others, own];
      await this.#machine.setAppSettings(all);
      this.#settings.value = all;
      this.edit(undefined);
    } catch (error) {
      this.#formError.value = AppError.from(error).toRecord();
    }
  }

  async clearRequests(): Promise<void> {
    await this.#looks.ask(async () => {
      await this.#machine.clearRequests();
      this.#requests.value = [];
    });
  }

  #entry(listening: ListeningPort): AppEntry {
    const found = this.#settings.value.find(({ port }) => port === listening.port);
    const settings = found ?? { port: listening.port, headers: [] };
    return { ...listening, settings, url: this.#machine.appUrl(settings.name ?? listening.port) };
  }

  async #look(signal: AbortSignal): Promise<void> {
    // What a person has just set is not read over.
    if (this.#editing.peek() === undefined) this.#settings.value = await this.#machine.appSettings();
    this.#requests.value = await this.#machine.requests();
    this.#ports.value = await this.#machine.listeningPorts({ signal });
  }
}
