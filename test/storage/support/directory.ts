import type { Cancellable } from '#ports/cancellation.ts';
import type { Mirror, MirrorDirectory, MirrorOutcome } from '#ports/sources.ts';
import type { Pacing } from '#storage/remote/pacing.ts';

/** Sources that list every container, and a note of how they did. */
export class ListedMirrors implements MirrorDirectory {
  readonly outcomes: { readonly url: string; readonly outcome: MirrorOutcome }[] = [];
  readonly #urls: readonly string[];

  constructor(...urls: readonly string[]) {
    this.#urls = urls;
  }

  mirrorsOf(): Promise<readonly Mirror[]> {
    return Promise.resolve(this.#urls.map((catalogUrl) => ({ catalogUrl })));
  }

  report({ catalogUrl }: Mirror, outcome: MirrorOutcome): void {
    this.outcomes.push({ url: catalogUrl, outcome });
  }
}

/** Time that passes only while somebody sleeps, and no chance. */
export class SteppedPacing implements Pacing {
  readonly slept: number[] = [];
  time = 1_000_000;

  now(): number {
    return this.time;
  }

  random(): number {
    return 0;
  }

  sleep(milliseconds: number, { signal }: Cancellable): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(milliseconds);
    this.time += milliseconds;
    return Promise.resolve();
  }
}
