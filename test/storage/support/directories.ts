import type { SourceNews } from '#ports/service-worker.ts';
import { MemorySourceStore } from '#storage/sources/memory-source-store.ts';
import { SourceDirectory } from '#storage/sources/source-directory.ts';
import type { Clock, SourceStore } from '#storage/sources/source-store.ts';

/** Time that a test moves, and no chance. */
class TestClock implements Clock {
  time = 1_000_000_000_000;

  now(): number {
    return this.time;
  }

  random(): number {
    return 0;
  }
}

/** A directory, its clock, and what it announced. */
export interface DirectoryBench {
  readonly directory: SourceDirectory;
  readonly clock: TestClock;
  readonly news: SourceNews[];
}

export function directoryOf(embeddedUrl: string, store: SourceStore = new MemorySourceStore()): DirectoryBench {
  const clock = new TestClock();
  const news: SourceNews[] = [];
  const announce = (each: SourceNews): void => void news.push(each);
  return {
    directory: new SourceDirectory({ store: Promise.resolve(store), embeddedUrl, announce, clock }),
    clock,
    news,
  };
}
