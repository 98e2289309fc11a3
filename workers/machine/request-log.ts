import type { AppError, ErrorRecord } from '#domain/errors/index.ts';
import type { AppLogEntry } from '#ports/app-service.ts';

/** Requests that are remembered. */
const MOST = 500;

type Subject = Pick<AppLogEntry, 'port' | 'method' | 'target'>;

/** What was asked of a machine's servers lately, and what became of it. */
export class RequestLog {
  #entries: LoggedRequest[] = [];
  #lastId = 0;

  begin(subject: Subject): LoggedRequest {
    const entry = new LoggedRequest(++this.#lastId, subject);
    this.#entries.push(entry);
    if (this.#entries.length > MOST) this.#entries.shift();
    return entry;
  }

  /** The oldest first. */
  list(): readonly AppLogEntry[] {
    return this.#entries.map((entry) => entry.toEntry());
  }

  clear(): void {
    this.#entries = [];
  }
}

/** One request, while its answer comes and afterwards. */
export class LoggedRequest {
  readonly #id: number;
  readonly #subject: Subject;
  readonly #at = Date.now();
  readonly #began = performance.now();
  #status: number | undefined;
  #cached = false;
  #bytes = 0;
  #took: number | undefined;
  #error: ErrorRecord | undefined;

  constructor(id: number, { port, method, target }: Subject) {
    this.#id = id;
    this.#subject = { port, method, target };
  }

  answered(status: number, cached = false): void {
    this.#status = status;
    this.#cached = cached;
  }

  received(bytes: number): void {
    this.#bytes += bytes;
  }

  /** The first end counts. */
  ended(error?: AppError): void {
    if (this.#took !== undefined) return;
    this.#took = performance.now() - this.#began;
    this.#error = error?.toRecord();
  }

  toEntry(): AppLogEntry {
    const [id, at, status, cached] = [this.#id, this.#at, this.#status, this.#cached];
    return { id, at, ...this.#subject, status, cached, bytes: this.#bytes, took: this.#took, error: this.#error };
  }
}
