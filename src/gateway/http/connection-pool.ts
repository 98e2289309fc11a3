import { Deferred } from '#domain/async/index.ts';
import type { Clock } from '#domain/net/index.ts';
import type { Connect } from '../connect.ts';
import { HttpConnection } from './http-connection.ts';

export interface PoolConfig {
  readonly port: number;
  readonly connect: Connect;
  readonly clock: Clock;
  /** Slots: connections that are used at once. */
  readonly size: number;
}

interface IdleConnection {
  readonly connection: HttpConnection;
  readonly stopTimer: () => void;
}

/** A connection, and whether it has carried a request before: then the server may be about to end it. */
export interface Taken {
  readonly connection: HttpConnection;
  readonly reused: boolean;
}

/** The connections to one port: at most so many are used at once, further users wait in line; idle ones are kept for a while. */
export class ConnectionPool {
  readonly #config: PoolConfig;
  /** Oldest first. */
  readonly #idle: IdleConnection[] = [];
  readonly #waiting = new Set<Deferred<void>>();
  #used = 0;
  #closed: { readonly reason: unknown } | undefined;

  constructor(config: PoolConfig) {
    this.#config = config;
  }

  /** True when it may be forgotten. */
  get empty(): boolean {
    return this.#used === 0 && this.#idle.length === 0 && this.#waiting.size === 0;
  }

  /**
   * Waits for a slot, first come, first served. Whoever has it calls `release` once.
   * @throws the signal's reason, or that of closing
   */
  async acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#closed) throw this.#closed.reason;
    if (this.#used < this.#config.size) return void this.#used++;
    const turn = new Deferred<void>();
    this.#waiting.add(turn);
    const giveUp = (): void => {
      if (this.#waiting.delete(turn)) turn.reject(signal.reason);
    };
    signal.addEventListener('abort', giveUp);
    await turn.promise.finally(() => signal.removeEventListener('abort', giveUp));
  }

  /** A connection for a slot: a fresh one, or one that has been used before. @throws AppError `net/*`; the signal's reason */
  async take(fresh: boolean, signal: AbortSignal): Promise<Taken> {
    const idle = fresh ? undefined : this.#idle.pop();
    if (idle) {
      idle.stopTimer();
      return { connection: idle.connection, reused: true };
    }
    if (this.#used + this.#idle.length > this.#config.size) this.#endOldest();
    const connection = await HttpConnection.open(this.#config.connect, this.#config.port, signal);
    return { connection, reused: false };
  }

  /** Keeps a connection for a next request. */
  keep(connection: HttpConnection, milliseconds: number): void {
    if (this.#closed || milliseconds <= 0) return connection.end();
    const drop = (): void => {
      const at = this.#idle.indexOf(idle);
      if (at >= 0) this.#end(...this.#idle.splice(at, 1));
    };
    const idle: IdleConnection = { connection, stopTimer: this.#config.clock.after(milliseconds, drop) };
    this.#idle.push(idle);
    connection.watch(drop);
  }

  /** Gives a slot to whoever waits longest. */
  release(): void {
    const [next] = this.#waiting;
    if (!next) return void this.#used--;
    this.#waiting.delete(next);
    next.resolve();
  }

  /** Ends what is idle and refuses whoever waits or comes. */
  close(reason: unknown): void {
    this.#closed = { reason };
    this.#end(...this.#idle.splice(0));
    for (const turn of this.#waiting) turn.reject(reason);
    this.#waiting.clear();
  }

  #endOldest(): void {
    this.#end(...this.#idle.splice(0, 1));
  }

  #end(...idle: readonly IdleConnection[]): void {
    for (const { connection, stopTimer } of idle) {
      stopTimer();
      connection.end();
    }
  }
}
