import { AppError } from '#domain/errors/index.ts';
import { socketDestination, type AppPath } from '#domain/http/index.ts';
import type { AppSocketRequest } from '#ports/app-service.ts';
import { refuseSocket } from '#rpc/index.ts';
import * as v from 'valibot';
import { appOfClient } from './app-of-client.ts';
import type { MachineLinks } from './machine-links.ts';
import type { Place } from './place.ts';

/** What a page's WebSocket begins with. Other messages of pages are not for us. */
const OpenSchema = v.object({
  type: v.literal('OPEN_WEBSOCKET'),
  url: v.pipe(v.string(), v.url()),
  protocols: v.array(v.string()),
});
type OpenMessage = v.InferOutput<typeof OpenSchema>;

/** Introduces pages' WebSockets to the machines that their servers are in; after that the two need nobody between them. */
export class AppSockets {
  readonly #worker: ServiceWorkerGlobalScope;
  readonly #place: Place;
  readonly #links: MachineLinks;

  constructor(worker: ServiceWorkerGlobalScope, place: Place, links: MachineLinks) {
    this.#worker = worker;
    this.#place = place;
    this.#links = links;
  }

  /** Resolves when the machine has been told, or the page that there is none. */
  async answer({ data, source, ports: [end] }: ExtendableMessageEvent): Promise<void> {
    const message = v.safeParse(OpenSchema, data);
    if (!message.success || !end || !source || !('url' in source)) return;
    await this.#open(message.output, source.url, end).catch((error: unknown) =>
      refuseSocket(end, AppError.from(error)),
    );
  }

  async #open({ url, protocols }: OpenMessage, page: string, end: MessagePort): Promise<void> {
    const asker = appOfClient(page, this.#place);
    const request = asker && this.#request(new URL(url), protocols, asker);
    if (!request) throw new AppError('app/forbidden');
    await this.#links.use(asker.machine, (service) => service.openWebSocket(request, end));
  }

  #request(url: URL, protocols: readonly string[], asker: AppPath): AppSocketRequest | undefined {
    const { origin, base } = this.#place;
    const destination = socketDestination(url, asker, this.#place);
    if (!destination) return undefined;
    const { userAgent, language } = this.#worker.navigator;
    const headers = [
      ['Origin', origin] as const,
      ['User-Agent', userAgent] as const,
      ['Accept-Language', language] as const,
    ];
    return { ...destination, origin, base, protocols, headers, site: 'same-site' };
  }
}
