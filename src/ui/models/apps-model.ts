import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { ListeningPort } from '#domain/guest/index.ts';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import { parseFieldLines, parseStartPath, type AppSettings } from '#domain/http/index.ts';
import type { AppTarget } from '#domain/share/index.ts';
import type { AppLogEntry } from '#ports/app-service.ts';
import type { Machine } from '#ports/portolan.ts';
import { RepeatedLook } from './repeated-look.ts';
import type { TrustModel } from './trust-model.ts';

/** Milliseconds between two looks at what listens, while somebody looks at the list. */
const LOOK_MS = 2000;

/** A server in the guest, and where its pages are. */
export interface AppEntry extends ListeningPort {
  /** False for one that no longer listens, or that does not yet: a link leads to it. */
  readonly listens: boolean;
  readonly settings: AppSettings;
  /** What stands in its address bar: as it was typed, or kept. */
  readonly typed: string;
  /** As an address has it; undefined where that cannot be one. */
  readonly path: string | undefined;
  /** False where this window has no place for its pages. */
  readonly hasPlace: boolean;
  /** The page that it leads to; undefined where there is none. */
  readonly url: string | undefined;
}

/** What a user writes into the form for an app. */
export interface AppForm {
  /** Empty for none. */
  readonly name: string;
  /** One a line, as `Name: value`. */
  readonly headers: string;
}

/** What is done with apps beyond their machine. */
export interface AppsWindow {
  /** Opens a page in a tab of its own. */
  open(url: string): void;
  copy(text: string): Promise<void>;
  /** As `Portolan.reloadApps`. */
  reload(machine: Machine, apps: readonly string[]): Promise<number>;
  readonly trust: Pick<TrustModel, 'ask'>;
}

/** The web servers of a machine: which there are, what the user has set for them, what they were asked. */
export class AppsModel {
  readonly #machine: Machine;
  readonly #window: AppsWindow;
  /** All that were seen since the list was opened, in that order: none moves, nor makes others move. */
  readonly #seen = signal<readonly ListeningPort[] | undefined>(undefined);
  readonly #listening = signal<ReadonlySet<number>>(new Set());
  readonly #settings = signal<readonly AppSettings[]>([]);
  readonly #typed = signal<ReadonlyMap<number, string>>(new Map());
  readonly #requests = signal<readonly AppLogEntry[]>([]);
  readonly #looks = new RepeatedLook(LOOK_MS, (signal) => this.#look(signal));
  readonly #editing = signal<number | undefined>(undefined);
  readonly #formError = signal<ErrorRecord | undefined>(undefined);
  readonly #target = signal<AppTarget | undefined>(undefined);
  readonly #news = signal('');
  /** Undefined until the guest has said. */
  readonly list: ReadonlySignal<readonly AppEntry[] | undefined>;
  /** What its servers were asked, the newest first. */
  readonly requests = computed(() => this.#requests.value.toReversed());

  constructor(machine: Machine, window: AppsWindow) {
    this.#machine = machine;
    this.#window = window;
    this.list = computed(() => this.#entries());
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

  /** The page that a link leads to. */
  get target(): ReadonlySignal<AppTarget | undefined> {
    return this.#target;
  }

  /** What came of the last thing that was done. */
  get news(): ReadonlySignal<string> {
    return this.#news;
  }

  show(): void {
    if (this.open.peek()) return;
    this.#seen.value = undefined;
    this.#typed.value = new Map();
    this.#news.value = '';
    this.edit(undefined);
    this.#looks.begin();
  }

  /** Shows the list with the page that a link leads to, which waits there for its server. */
  lead(target: AppTarget): void {
    this.show();
    this.#target.value = target;
    this.type(target.port, target.path);
  }

  close(): void {
    this.#looks.end();
    this.#target.value = undefined;
  }

  /** @param port undefined: of none */
  edit(port: number | undefined): void {
    this.#editing.value = port;
    this.#formError.value = undefined;
  }

  /** Sets it; what cannot be stays in the form, with the reason. */
  async save(port: number, form: AppForm): Promise<void> {
    try {
      const name = form.name.trim();
      const { path } = this.#settingsOf(port);
      await this.#keep({
        port,
        ...(name !== '' && { name }),
        ...(path !== undefined && { path }),
        headers: parseFieldLines(form.headers),
      });
      this.edit(undefined);
    } catch (error) {
      this.#formError.value = AppError.from(error).toRecord();
    }
  }

  /** The user writes into the address bar of a port. */
  type(port: number, path: string): void {
    this.#typed.value = new Map(this.#typed.peek()).set(port, path);
  }

  /** Opens a page in a tab of its own, or asks first; its address is the one that the app opens with from then on. */
  visit(app: AppEntry): void {
    const { url } = app;
    if (url === undefined) return;
    this.#window.trust.ask(this.#machine, () => {
      this.#window.open(url);
      void this.keepPath(app);
    });
  }

  /** Keeps what stands in the address bar. */
  async keepPath({ path, settings: { path: kept = '/', ...others } }: AppEntry): Promise<void> {
    if (path === undefined || path === kept) return;
    await this.#looks.ask(() => this.#keep({ ...others, ...(path !== '/' && { path }) }));
  }

  async copyLink({ url }: AppEntry): Promise<void> {
    if (url === undefined) return;
    await this.#looks.ask(async () => {
      await this.#window.copy(url);
      this.#news.value = 'The link is copied. It opens in this browser alone, while the machine runs.';
    });
  }

  /** Loads the tabs anew that show it. */
  async reload({ port, settings: { name } }: AppEntry): Promise<void> {
    await this.#looks.ask(async () => {
      const count = await this.#window.reload(this.#machine, [String(port), ...(name === undefined ? [] : [name])]);
      this.#news.value = reloadWords(count);
    });
  }

  async clearRequests(): Promise<void> {
    await this.#looks.ask(async () => {
      await this.#machine.clearRequests();
      this.#requests.value = [];
    });
  }

  #entries(): readonly AppEntry[] | undefined {
    const { port } = this.#target.value ?? {};
    const seen = this.#seen.value;
    if (port === undefined) return seen?.map((each) => this.#entry(each));
    // It stays in its place when its server comes.
    const wanted = seen?.find((each) => each.port === port) ?? { port, reachable: true };
    return [wanted, ...(seen ?? []).filter((each) => each.port !== port)].map((each) => this.#entry(each));
  }

  #entry(found: ListeningPort): AppEntry {
    const { port } = found;
    const settings = this.#settings.value.find((each) => each.port === port) ?? { port, headers: [] };
    const typed = this.#typed.value.get(port) ?? settings.path ?? '/';
    const root = this.#machine.appUrl(settings.name ?? port);
    const path = pathFor(typed, root);
    const url = root === undefined || path === undefined ? undefined : `${root.slice(0, -1)}${path}`;
    const listens = this.#listening.value.has(port);
    return { ...found, listens, settings, typed, path, hasPlace: root !== undefined, url };
  }

  #settingsOf(port: number): AppSettings {
    return this.#settings.peek().find((each) => each.port === port) ?? { port, headers: [] };
  }

  /** Puts settings in the place of those of the same port. */
  async #keep(settings: AppSettings): Promise<void> {
    const { port, name, path, headers } = settings;
    const others = this.#settings.peek().filter((each) => each.port !== port);
    const isEmpty = name === undefined && path === undefined && headers.length === 0;
    const all = isEmpty ? others : [...others, settings];
    await this.#machine.setAppSettings(all);
    this.#settings.value = all;
  }

  async #look(signal: AbortSignal): Promise<void> {
    // What a person has just set is not read over.
    if (this.#editing.peek() === undefined) this.#settings.value = await this.#machine.appSettings();
    this.#requests.value = await this.#machine.requests();
    this.#found(await this.#machine.listeningPorts({ signal }));
  }

  #found(ports: readonly ListeningPort[]): void {
    const known = this.#seen.peek() ?? [];
    const now = new Map(ports.map((each) => [each.port, each]));
    this.#listening.value = new Set(now.keys());
    const added = ports.filter(({ port }) => !known.some((each) => each.port === port));
    this.#seen.value = [...known.map((each) => now.get(each.port) ?? each), ...added];
  }
}

function pathFor(typed: string, root: string | undefined): string | undefined {
  try {
    return parseStartPath(typed, root);
  } catch {
    return undefined;
  }
}

function reloadWords(count: number): string {
  if (count === 0) return 'No tab shows it.';
  return count === 1 ? 'One tab was loaded anew.' : `${count} tabs were loaded anew.`;
}
