import type { ErrorRecord } from '#domain/errors/index.ts';
import type { BuildInfo } from '#ports/build-info.ts';

/** How a call ended. Errors travel as records: Comlink alone would drop their code and data. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ErrorRecord };

/** What Comlink carries between two threads: any service, reduced to three messages. */
export interface Wire {
  hello(caller: BuildInfo): BuildInfo;
  /**
   * @param id names the call, for `cancel`
   * @param cancellable position of the argument that had a signal; -1 when none had
   */
  call(id: number, method: string, cancellable: number, ...args: unknown[]): Promise<Outcome>;
  cancel(id: number): void;
}
