/** Options of everything that waits. */
export interface Cancellable {
  readonly signal?: AbortSignal | undefined;
}
