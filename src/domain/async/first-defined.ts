import { Deferred } from './deferred.ts';

/** What comes first of some answers that may be undefined; undefined when all have come and none is more. */
export async function firstDefined<T>(answers: readonly Promise<T | undefined>[]): Promise<T | undefined> {
  const first = new Deferred<T | undefined>();
  for (const answer of answers) {
    answer.then(
      (value) => value !== undefined && first.resolve(value),
      (error: unknown) => first.reject(error),
    );
  }
  void Promise.allSettled(answers).then(() => first.resolve(undefined));
  return first.promise;
}
