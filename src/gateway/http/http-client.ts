import { AppError } from '#domain/errors/index.ts';
import { fieldValue, isIdempotent, type HeaderList } from '#domain/http/index.ts';
import type { Clock } from '#domain/net/index.ts';
import type { Connect } from '../connect.ts';
import { ConnectionPool } from './connection-pool.ts';
import { Exchange, type ExchangeConfig } from './exchange.ts';
import { loadLlhttp, type Llhttp } from './llhttp.ts';
import { DEFAULT_LIMITS, type HttpLimits, type HttpRequest, type HttpResponse, type UpgradeResult } from './message.ts';
import { headOf } from './request-sender.ts';
import type { ResponseHead } from './response-parser.ts';

export interface HttpClientConfig {
  readonly connect: Connect;
  /** While the guest stands still, so should its clock, or its servers are thought to be silent. */
  readonly clock: Clock;
  readonly limits?: Partial<HttpLimits> | undefined;
}

/** What is done in a slot. */
interface Turn {
  readonly exchange: Exchange;
  readonly reused: boolean;
}

type Work = Pick<ExchangeConfig, 'port' | 'request' | 'head' | 'signal'>;

/** Speaks HTTP/1.1 to servers in the guest (RFC 9110, RFC 9112). */
export class HttpClient {
  readonly #config: HttpClientConfig;
  readonly #limits: HttpLimits;
  readonly #pools = new Map<number, ConnectionPool>();
  readonly #closing = new AbortController();

  constructor(config: HttpClientConfig) {
    this.#config = config;
    this.#limits = { ...DEFAULT_LIMITS, ...config.limits };
  }

  get clock(): Clock {
    return this.#config.clock;
  }

  /**
   * Sends a request. Resolves with the head of the answer; the body comes as it is read. Aborting the signal breaks the exchange
   * off at any time before the body has been read to its end.
   * @throws AppError `app/*`, `net/*`; the signal's reason; what the request's body fails with
   */
  async exchange(port: number, request: HttpRequest, options: { signal?: AbortSignal } = {}): Promise<HttpResponse> {
    const work = { port, request, head: headOf(request, port), signal: this.#signal(options.signal) };
    // RFC 9110, 9.2.2: only what may be repeated goes where it may have to be; the rest has a connection of its own.
    const repeatable = !request.body && isIdempotent(request.method);
    return this.#inSlot(work, async (pool, llhttp, free) => {
      const first = await this.#begin(pool, llhttp, work, !repeatable, free);
      try {
        return await responseOf(first, free);
      } catch (error) {
        if (!first.reused || !first.exchange.stale || work.signal.aborted) throw error;
      }
      const second = await this.#begin(pool, llhttp, work, true, free);
      return responseOf(second, free);
    });
  }

  /**
   * Sends a request that asks for another protocol.
   * @throws as `exchange` does
   */
  async upgrade(
    port: number,
    request: HttpRequest,
    protocol: string,
    options: { signal?: AbortSignal } = {},
  ): Promise<UpgradeResult> {
    const work = { port, request, head: headOf(request, port, protocol), signal: this.#signal(options.signal) };
    return this.#inSlot(work, async (pool, llhttp, free) => {
      const { exchange } = await this.#begin(pool, llhttp, work, true, free);
      const result = await exchange.upgrade();
      return 'response' in result ? { type: 'response', ...result } : { type: 'upgraded', ...result };
    });
  }

  /** Breaks off all exchanges and ends all connections; what is asked for later fails. */
  close(reason: unknown = new AppError('app/closed')): void {
    this.#closing.abort(reason);
    for (const pool of this.#pools.values()) pool.close(reason);
  }

  /** Runs `work` with a slot that it frees; or, when it fails before, that is freed for it. */
  async #inSlot<T>(
    { port, request, signal }: Work,
    work: (pool: ConnectionPool, llhttp: Llhttp, free: () => void) => Promise<T>,
  ): Promise<T> {
    const llhttp = await loadLlhttp();
    const pool = this.#pool(port);
    await pool.acquire(signal).catch((error: unknown) => {
      request.body?.cancel(error).catch(() => undefined);
      throw error;
    });
    let held = true;
    const free = (): void => {
      if (held) pool.release();
      held = false;
      if (pool.empty && this.#pools.get(port) === pool) this.#pools.delete(port);
    };
    try {
      return await work(pool, llhttp, free);
    } catch (error) {
      free();
      throw error;
    }
  }

  async #begin(pool: ConnectionPool, llhttp: Llhttp, work: Work, fresh: boolean, free: () => void): Promise<Turn> {
    const { connection, reused } = await pool.take(fresh, work.signal).catch((error: unknown) => {
      work.request.body?.cancel(error).catch(() => undefined);
      throw error;
    });
    const { clock } = this.#config;
    const onEnd = (reusable: boolean, head: ResponseHead | undefined): void => {
      if (reusable) pool.keep(connection, this.#idleMs(head?.headers ?? []));
      else if (head && head.status !== 101) connection.end();
      // Before a head, whoever waits for it frees the slot, or tries again in it.
      if (head) free();
    };
    const exchange = new Exchange({ ...work, connection, llhttp, clock, limits: this.#limits, onEnd });
    return { exchange, reused };
  }

  /** A second less than the server says, so that it is not about to end the connection when it is used again. */
  #idleMs(headers: HeaderList): number {
    const hint = /\btimeout=(\d+)/i.exec(fieldValue(headers, 'keep-alive') ?? '')?.[1];
    return hint === undefined ? this.#limits.idleMs : Math.min(this.#limits.idleMs, Number(hint) * 1000 - 1000);
  }

  #signal(signal: AbortSignal | undefined): AbortSignal {
    return AbortSignal.any(signal ? [signal, this.#closing.signal] : [this.#closing.signal]);
  }

  #pool(port: number): ConnectionPool {
    const { connect, clock } = this.#config;
    let pool = this.#pools.get(port);
    if (!pool)
      this.#pools.set(
        port,
        (pool = new ConnectionPool({ port, connect, clock, size: this.#limits.connectionsPerPort })),
      );
    return pool;
  }
}

/** An event stream goes on for as long as its page is open: if it kept its slot, six pages would shut out all others. */
async function responseOf({ exchange }: Turn, free: () => void): Promise<HttpResponse> {
  const response = await exchange.response();
  const type = fieldValue(response.headers, 'content-type') ?? '';
  if (/^text\/event-stream\b/i.test(type)) free();
  return response;
}
