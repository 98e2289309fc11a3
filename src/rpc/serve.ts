import { AppError } from '#domain/errors/index.ts';
import type { BuildInfo } from '#ports/build-info.ts';
import * as Comlink from 'comlink';
import type { Outcome, Wire } from './wire.ts';

/**
 * Answers a peer's calls with `service`, whose methods all return promises.
 * Byte arrays in results are moved to the caller, not copied: a method gives away what it returns.
 * @param endpoint the thread's own end; a worker's global scope by default
 */
export function serve(service: object, build: BuildInfo, endpoint?: Comlink.Endpoint): void {
  Comlink.expose(new WireServer(service, build), endpoint);
}

class WireServer implements Wire {
  readonly #service: object;
  readonly #build: BuildInfo;
  readonly #running = new Map<number, AbortController>();

  constructor(service: object, build: BuildInfo) {
    this.#service = service;
    this.#build = build;
  }

  hello(): BuildInfo {
    return this.#build;
  }

  async call(id: number, method: string, cancellable: number, ...args: unknown[]): Promise<Outcome> {
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      const value = await this.#invoke(method, addSignal(args, cancellable, controller.signal));
      return Comlink.transfer({ ok: true, value }, movable(value));
    } catch (error) {
      return { ok: false, error: AppError.from(error).toRecord() };
    } finally {
      this.#running.delete(id);
    }
  }

  cancel(id: number): void {
    this.#running.get(id)?.abort(new DOMException('The caller gave up.', 'AbortError'));
  }

  async #invoke(name: string, args: readonly unknown[]): Promise<unknown> {
    const method: unknown = Reflect.get(this.#service, name);
    if (typeof method !== 'function') throw new TypeError(`the service has no method ${name}`);
    const result: unknown = await Reflect.apply(method, this.#service, args);
    return result;
  }
}

function addSignal(args: readonly unknown[], at: number, signal: AbortSignal): unknown[] {
  return args.map((arg, i) => (i === at && typeof arg === 'object' ? { ...arg, signal } : arg));
}

/** Buffers of byte arrays that are the value or a property of it, each whole and once. */
function movable(value: unknown): ArrayBuffer[] {
  const candidates: unknown[] =
    typeof value !== 'object' || value === null ? [] : ArrayBuffer.isView(value) ? [value] : Object.values(value);
  const buffers = candidates.flatMap((each) => {
    if (!(each instanceof Uint8Array) || !(each.buffer instanceof ArrayBuffer)) return [];
    return each.length > 0 && each.byteLength === each.buffer.byteLength ? [each.buffer] : [];
  });
  return [...new Set(buffers)];
}
