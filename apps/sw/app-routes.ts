import { AppError } from '#domain/errors/index.ts';
import { parseAppPath, routePrefix, type AddedScript, type AppPath } from '#domain/http/index.ts';
import { askApp } from '#rpc/index.ts';
import { KnownPages, type Asking, type KnowsClients } from './known-pages.ts';
import type { MachineLinks } from './machine-links.ts';
import { failureAnswer, forbiddenAnswer, unknownAnswer, workerRefusal } from './own-answers.ts';
import { withScript } from './page-script.ts';
import type { Place } from './place.ts';

/** Whose request it is: pages of an app also ask for what lies at the root, as they would on a host of their own. */
export class AppRoutes {
  readonly #place: Place;
  readonly #links: Pick<MachineLinks, 'use'>;
  readonly #script: AddedScript;
  readonly #pages: KnownPages;

  /** @param script that all pages of guests are given */
  constructor(worker: KnowsClients, place: Place, links: Pick<MachineLinks, 'use'>, script: AddedScript) {
    this.#pages = new KnownPages(worker, place);
    this.#place = place;
    this.#links = links;
    this.#script = script;
  }

  async answer(event: Asking): Promise<Response> {
    const { request } = event;
    if (isWorkerScript(request)) return workerRefusal(request);
    const url = new URL(request.url);
    const asker = await this.#pages.askerOf(event);
    const wanted = parseAppPath(url.pathname, this.#place.base);
    if (!wanted) return this.#atRoot(event, url, asker);
    if (wanted.path === '') return this.#redirect(`${url.pathname}/${url.search}`, 301);
    if (!mayAsk(request, wanted, asker)) return forbiddenAnswer(request);
    return this.#ask(event, wanted, `${wanted.path}${url.search}`);
  }

  /** A navigation goes to where the address bar tells the truth; all else is answered as it is. */
  async #atRoot(event: Asking, { pathname, search }: URL, asker: AppPath | undefined): Promise<Response> {
    if (!asker) return unknownAnswer(event.request);
    const target = `${pathname}${search}`;
    if (event.request.mode !== 'navigate') return this.#ask(event, asker, target);
    // The method and the body go along with 307.
    return this.#redirect(`${routePrefix({ ...asker, base: this.#place.base })}${target}`, 307);
  }

  /** @param target put behind the origin, not resolved: it may begin with two slashes */
  #redirect(target: string, status: number): Response {
    return Response.redirect(`${this.#place.origin}${target}`, status);
  }

  async #ask(event: Asking, { machine, app, port }: AppPath, target: string): Promise<Response> {
    const { origin, base, shell } = this.#place;
    const { request } = event;
    try {
      const answer = await this.#links.use(machine, (service, gone) =>
        askApp(service, request, { origin, base, app, port, target }, gone),
      );
      return request.mode === 'navigate' ? withScript(answer, this.#script) : answer;
    } catch (error) {
      return failureAnswer(request, AppError.from(error), machine, shell);
    }
  }
}

/** Browsers ask for service workers' scripts past all service workers; one that did not would let a guest's be one. */
function isWorkerScript({ headers }: Request): boolean {
  return headers.get('Service-Worker') === 'script';
}

/**
 * All machines' apps are of one origin to the browser, so it is for us to keep them apart: what a page fetches or shows in
 * itself has to be its own machine's. Where a person goes is theirs to say.
 */
function mayAsk({ mode, destination }: Request, { machine }: AppPath, asker: AppPath | undefined): boolean {
  return (mode === 'navigate' && destination === 'document') || asker?.machine === machine;
}
