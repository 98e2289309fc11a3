/** A promise and its two ends. (Promise.withResolvers is younger than the Node that we support.) */
export class Deferred<T> {
  readonly promise: Promise<T>;
  #resolve: (value: T | PromiseLike<T>) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** One that nobody has to wait for: its failure is heard only by those who do. */
  static unobserved<T>(): Deferred<T> {
    const deferred = new Deferred<T>();
    deferred.promise.catch(() => undefined);
    return deferred;
  }

  resolve(value: T | PromiseLike<T>): void {
    this.#resolve(value);
  }

  reject(reason: unknown): void {
    this.#reject(reason);
  }
}
