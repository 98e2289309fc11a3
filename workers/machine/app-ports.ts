import { AppError } from '#domain/errors/index.ts';
import type { AppCaller, AppRequest, AppResponse, AppService, AppSocketRequest } from '#ports/app-service.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import { bindSocket, BUILD, refuseSocket, serve } from '#rpc/index.ts';
import type { MachineApps } from './machine-apps.ts';

/** The machine's servers, once they can be asked. @throws AppError `machine/not-running`; the signal's reason */
type FindApps = (action: string, signal?: AbortSignal) => Promise<Pick<MachineApps, 'exchange' | 'openWebSocket'>>;

/** Ports at which service workers of apps ask the machine's servers. A machine that boots again keeps them. */
export class AppPorts {
  readonly #find: FindApps;
  readonly #callers = new Map<string, AbortController>();

  constructor(find: FindApps) {
    this.#find = find;
  }

  /** As `AppDoor.openApps`. */
  open(end: MessagePort, { asker, life }: AppCaller): void {
    const gone = this.#callers.get(asker) ?? new AbortController();
    this.#callers.set(asker, gone);
    gone.signal.addEventListener('abort', () => end.close());
    serve(new CallersApps(this.#find, gone.signal, life), BUILD, end);
  }

  /** As `AppDoor.letGo`. */
  letGo(asker: string): void {
    this.#callers.get(asker)?.abort(new AppError('rpc/closed', { peer: 'page that asked' }));
    this.#callers.delete(asker);
  }
}

/** The machine's servers for one caller. */
class CallersApps implements AppService {
  readonly #find: FindApps;
  readonly #gone: AbortSignal;
  readonly #life: string | undefined;

  /** @param gone aborted when the caller is let go */
  constructor(find: FindApps, gone: AbortSignal, life: string | undefined) {
    this.#find = find;
    this.#gone = gone;
    this.#life = life;
  }

  async exchange(request: AppRequest, end: MessagePort, options: Cancellable = {}): Promise<AppResponse> {
    const signal = options.signal ? AbortSignal.any([options.signal, this.#gone]) : this.#gone;
    return (await this.#find('answer', signal)).exchange(request, end, { signal });
  }

  async openWebSocket(request: AppSocketRequest, end: MessagePort): Promise<void> {
    if (this.#life !== undefined) bindSocket(end, this.#life);
    try {
      (await this.#find('answer', this.#gone)).openWebSocket(request, end);
    } catch (error) {
      refuseSocket(end, AppError.from(error));
      throw error;
    }
  }
}
