import { AppError } from '#domain/errors/index.ts';
import { checkAppSettings, type AppSettings, type HeaderList } from '#domain/http/index.ts';

/** What the user has set for a machine's apps. */
export class AppBook {
  readonly #machine: string;
  readonly #keep: (settings: readonly AppSettings[]) => Promise<void>;
  #settings: readonly AppSettings[];

  /**
   * @param machine its id
   * @param keep stores what was set
   */
  constructor(
    machine: string,
    settings: readonly AppSettings[],
    keep: (settings: readonly AppSettings[]) => Promise<void>,
  ) {
    this.#machine = machine;
    this.#settings = settings;
    this.#keep = keep;
  }

  get all(): readonly AppSettings[] {
    return this.#settings;
  }

  /** Puts others in the place of all of them. @throws AppError `app/bad-settings`, `storage/*`; then the former ones hold */
  async set(settings: readonly AppSettings[]): Promise<void> {
    const checked = checkAppSettings(settings);
    await this.#keep(checked);
    this.#settings = checked;
  }

  /** The port that a path means. @throws AppError `app/unknown-name` */
  portOf({ app, port }: { readonly app: string; readonly port: number | undefined }): number {
    const found = port ?? this.#settings.find(({ name }) => name === app)?.port;
    if (found === undefined) throw new AppError('app/unknown-name', { machine: this.#machine, name: app });
    return found;
  }

  headersFor(port: number): HeaderList {
    return this.#settings.find((each) => each.port === port)?.headers ?? [];
  }
}
