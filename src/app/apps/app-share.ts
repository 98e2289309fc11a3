import { AppError } from '#domain/errors/index.ts';
import type { AppRequest, AppResponse, AppService, AppSocketRequest } from '#ports/app-service.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import { bindSocket, refuseSocket } from '#rpc/index.ts';

/** A machine of this tab, as far as guests' pages may reach it: its servers, and nothing else. */
export class AppShare implements AppService {
  readonly #machine: AppService;
  readonly #life: string | undefined;

  /** @param life names a lock of the pages' origin that is held for as long as this tab is there */
  constructor(machine: AppService, life: string | undefined) {
    this.#machine = machine;
    this.#life = life;
  }

  exchange(request: AppRequest, end: MessagePort, options?: Cancellable): Promise<AppResponse> {
    return this.#machine.exchange(request, end, options);
  }

  letGo(asker: string): Promise<void> {
    return this.#machine.letGo(asker);
  }

  async openWebSocket(request: AppSocketRequest, end: MessagePort): Promise<void> {
    if (this.#life !== undefined) bindSocket(end, this.#life);
    try {
      await this.#machine.openWebSocket(request, end);
    } catch (error) {
      refuseSocket(end, AppError.from(error));
      throw error;
    }
  }
}
