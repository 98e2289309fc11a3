import { AppError } from '#domain/errors/index.ts';
import type { BuildInfo } from '#ports/build-info.ts';
import type { Cancellable } from '#ports/cancellation.ts';

export const BUILD: BuildInfo = { build: 'abc', protocol: 3 };

/** A service with one method for each thing that calls can do. */
export class SampleService {
  /** Bytes that `bytes` and `parts` gave away. */
  readonly given: Uint8Array[] = [];
  readonly cancelled: string[] = [];
  #release: () => void = () => undefined;

  add(a: number, b: number): Promise<number> {
    return Promise.resolve(a + b);
  }

  fail(code: 'coded' | 'plain' | 'odd'): Promise<never> {
    if (code === 'coded') {
      return Promise.reject(new AppError('source/http-status', { url: 'http://a.test/', status: 503 }));
    }
    return Promise.reject(code === 'plain' ? new TypeError('not today') : { strange: true });
  }

  /** Waits for the signal, and notes which wait was cancelled. */
  waitForCancel(name: string, { signal }: Cancellable = {}): Promise<string> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => {
        this.cancelled.push(name);
        reject(AppError.from(signal.reason));
      });
      this.#release = () => resolve(name);
    });
  }

  /** Waits for `release`; hears of the cancellation, and goes on. */
  waitStubbornly({ signal }: Cancellable): Promise<string> {
    return new Promise((resolve) => {
      this.#release = () => resolve(signal?.aborted === true ? 'late' : 'in time');
    });
  }

  release(): Promise<void> {
    this.#release();
    return Promise.resolve();
  }

  bytes(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length).fill(7);
    this.given.push(bytes);
    return Promise.resolve(bytes);
  }

  parts(): Promise<{ status: number; stdout: Uint8Array; stderr: Uint8Array; view: Uint8Array }> {
    const [stdout, stderr, whole] = [new Uint8Array(3).fill(1), new Uint8Array(4).fill(2), new Uint8Array(8).fill(3)];
    this.given.push(stdout, stderr, whole);
    return Promise.resolve({ status: 5, stdout, stderr, view: whole.subarray(2, 4) });
  }

  async report(steps: number, listener: (step: number) => Promise<string> | void): Promise<string[]> {
    const answers: string[] = [];
    for (let step = 0; step < steps; step++) answers.push((await listener(step)) ?? 'none');
    return answers;
  }

  describe(options: object): Promise<string> {
    return Promise.resolve(JSON.stringify(options));
  }

  giveFunction(): Promise<unknown> {
    return Promise.resolve({ run: () => 1 });
  }
}
