import type { AppRequest, AppResponse, AppService } from '#ports/app-service.ts';
import type { Cancellable } from '#ports/cancellation.ts';

/** A machine of this tab, as far as guests' pages may reach it: its servers, and nothing else. */
export class AppShare implements AppService {
  readonly #machine: AppService;

  constructor(machine: AppService) {
    this.#machine = machine;
  }

  exchange(request: AppRequest, end: MessagePort, options?: Cancellable): Promise<AppResponse> {
    return this.#machine.exchange(request, end, options);
  }
}
