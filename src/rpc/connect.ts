import { Deferred } from '#domain/async/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { BuildInfo } from '#ports/build-info.ts';
import * as Comlink from 'comlink';
import type { Outcome, Wire } from './wire.ts';

/** Seconds in which a peer must say hello: a worker's script is loaded and compiled in them. */
const HELLO_SECONDS = 30;

/** A service of another thread. */
export interface Connection<Service> {
  readonly service: Service;
  /** Ends the connection: what waits for an answer is rejected with `rpc/closed`. */
  close(): void;
  /** Aborted when it has ended, from whichever side. */
  readonly closed: AbortSignal;
}

export interface ConnectOptions {
  readonly build: BuildInfo;
  /** Names the other side in errors, as in “The machine's worker did not answer”. */
  readonly peer: string;
  /** Aborted when the other side is known to be gone (its script failed, it was terminated). */
  readonly gone?: AbortSignal;
}

/**
 * Connects to the service that a peer serves, after both have told their build and protocol.
 * @throws AppError `rpc/version-mismatch`, `rpc/no-answer`, `rpc/closed`
 */
export async function connect<Service extends object>(
  endpoint: Comlink.Endpoint,
  options: ConnectOptions,
): Promise<Connection<Service>> {
  const client = new WireClient(Comlink.wrap<Wire>(endpoint), options);
  await client.greet();
  // oxlint-disable-next-line typescript/no-unsafe-assignment -- The one place that takes a peer at its word: its build is the same, so its methods are what the type says.
  const service: Service = new Proxy(Object.create(null), {
    // A promise is told from other objects by its `then`: the service must not look like one.
    get: (_, name) => (typeof name === 'string' && name !== 'then' ? client.method(name) : undefined),
  });
  return { service, close: () => client.close(), closed: client.closed };
}

class WireClient {
  readonly #wire: Comlink.Remote<Wire>;
  readonly #options: ConnectOptions;
  readonly #closed = new AbortController();
  #lastId = 0;

  constructor(wire: Comlink.Remote<Wire>, options: ConnectOptions) {
    this.#wire = wire;
    this.#options = options;
    options.gone?.addEventListener('abort', () => this.close(), { signal: this.#closed.signal });
    if (options.gone?.aborted) this.close();
  }

  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  async greet(): Promise<void> {
    const { build, peer } = this.#options;
    const silent = new AppError('rpc/no-answer', { peer, seconds: HELLO_SECONDS });
    const timer = setTimeout(() => this.#closed.abort(silent), HELLO_SECONDS * 1000);
    const theirs = await this.#answer(() => this.#wire.hello(build)).finally(() => clearTimeout(timer));
    if (theirs.build === build.build && theirs.protocol === build.protocol) return;
    this.close();
    throw new AppError('rpc/version-mismatch', { page: name(build), worker: name(theirs) });
  }

  method(methodName: string): (...args: unknown[]) => Promise<unknown> {
    return async (...args) => {
      const { signal, at, plain } = takeSignal(args);
      signal?.throwIfAborted();
      const id = ++this.#lastId;
      const cancel = (): void => void this.#wire.cancel(id);
      signal?.addEventListener('abort', cancel);
      const ask = (): Promise<Outcome> => this.#wire.call(id, methodName, at, ...plain.map(proxied));
      const outcome = await this.#answer(ask, signal).finally(() => signal?.removeEventListener('abort', cancel));
      if (outcome.ok) return outcome.value;
      throw AppError.fromRecord(outcome.error);
    };
  }

  close(): void {
    this.#closed.abort(new AppError('rpc/closed', { peer: this.#options.peer }));
  }

  /** The answer to a question, unless the connection ends or the caller gives up before it comes. */
  async #answer<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const enders = signal ? [this.#closed.signal, signal] : [this.#closed.signal];
    for (const ender of enders) ender.throwIfAborted();
    const ended = new Deferred<void>();
    const onEnd = (): void => ended.resolve();
    for (const ender of enders) ender.addEventListener('abort', onEnd);
    try {
      const answer = coded(ask);
      await Promise.race([answer, ended.promise]);
      for (const ender of enders) ender.throwIfAborted();
      return await answer;
    } finally {
      for (const ender of enders) ender.removeEventListener('abort', onEnd);
    }
  }
}

/** What cannot be cloned into the other thread, or from there, has no code of its own. */
async function coded<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw AppError.from(error);
  }
}

/** Splits off the signal of an options object: a signal cannot be cloned into another thread. */
function takeSignal(args: readonly unknown[]): { signal: AbortSignal | undefined; at: number; plain: unknown[] } {
  const found: { signal: AbortSignal | undefined; at: number } = { signal: undefined, at: -1 };
  const plain = args.map((arg, i) => {
    if (typeof arg !== 'object' || arg === null || !('signal' in arg) || !(arg.signal instanceof AbortSignal))
      return arg;
    const { signal, ...rest } = arg;
    Object.assign(found, { signal, at: i });
    return rest;
  });
  return { ...found, plain };
}

/** Functions stay here and are called from there; ports move. */
function proxied(arg: unknown): unknown {
  if (arg instanceof MessagePort) return Comlink.transfer(arg, [arg]);
  return typeof arg === 'function' ? Comlink.proxy(arg) : arg;
}

function name({ build, protocol }: BuildInfo): string {
  return `${build}/${protocol}`;
}
