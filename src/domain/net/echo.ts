import { AppError } from '../errors/index.ts';
import { formatIpv4, type Ipv4Address } from './address.ts';
import type { Clock } from './clock.ts';
import type { IcmpEcho } from './icmp.ts';

/** Milliseconds after which no answer is expected any more. */
const PATIENCE_MS = 5000;
const EMPTY = new Uint8Array(0);

export interface PingOptions {
  readonly signal?: AbortSignal | undefined;
}

interface Question {
  readonly address: Ipv4Address;
  readonly answered: () => void;
  readonly failed: (error: unknown) => void;
}

/** Asks hosts for an echo, and finds the question that an answer belongs to. */
export class EchoRequests {
  readonly #clock: Clock;
  readonly #identifier: number;
  readonly #send: (request: IcmpEcho, destination: Ipv4Address) => void;
  readonly #open = new Map<number, Question>();
  #sequence = 0;

  /** @param identifier tells these questions from those of others */
  constructor(clock: Clock, identifier: number, send: (request: IcmpEcho, destination: Ipv4Address) => void) {
    this.#clock = clock;
    this.#identifier = identifier & 0xffff;
    this.#send = send;
  }

  /**
   * @returns milliseconds until the answer
   * @throws AppError `net/timeout`, `net/unreachable`; the signal's reason
   */
  async ask(address: Ipv4Address, { signal }: PingOptions = {}): Promise<number> {
    signal?.throwIfAborted();
    const sequence = (this.#sequence = (this.#sequence + 1) & 0xffff);
    const began = this.#clock.now();
    let release = (): void => undefined;
    const answer = new Promise<void>((resolve, reject) => {
      const late = (): void => reject(new AppError('net/timeout', { address: formatIpv4(address) }));
      const cancel = this.#clock.after(PATIENCE_MS, late);
      const abort = (): void => reject(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      this.#open.set(sequence, { address, answered: resolve, failed: reject });
      release = () => {
        cancel();
        signal?.removeEventListener('abort', abort);
        this.#open.delete(sequence);
      };
    });
    this.#send({ type: 'echo-request', identifier: this.#identifier, sequence, data: EMPTY }, address);
    await answer.finally(release);
    return this.#clock.now() - began;
  }

  receive({ identifier, sequence }: IcmpEcho, source: Ipv4Address): void {
    const question = this.#open.get(sequence);
    if (identifier === this.#identifier && question?.address === source) question.answered();
  }

  hostUnreachable(address: Ipv4Address): void {
    for (const question of this.#open.values()) {
      if (question.address !== address) continue;
      question.failed(new AppError('net/unreachable', { address: formatIpv4(address) }));
    }
  }

  dispose(reason: unknown): void {
    for (const { failed } of this.#open.values()) failed(reason);
  }
}
