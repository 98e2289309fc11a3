import { hasFileList } from '#domain/packages/archive/index.ts';
import type { DebFacts } from '#domain/packages/install/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { PackageService } from '#ports/package-service.ts';
import { startPackageWorker, withWorker } from '../workers.ts';

type Reader = Pick<PackageService, 'read'>;

/** Bytes of packages to be unpacked from which on a second worker is worth its start. */
const WORTH_ANOTHER = 4 * 1024 * 1024;

/**
 * As `PackageService.read`, by two workers at once where there is much to unpack: that is what takes the time.
 * @param withAnother gives `use` the second reader
 */
export async function readPackages(
  reader: Reader,
  files: readonly Blob[],
  { signal }: Cancellable = {},
  withAnother: <T>(use: (another: Reader) => Promise<T>) => Promise<T> = (use) => withWorker(startPackageWorker, use),
): Promise<readonly DebFacts[]> {
  const work = await Promise.all(files.map((file) => bytesToUnpack(file, { signal })));
  if (work.filter((bytes) => bytes > 0).length < 2 || sum(work) < WORTH_ANOTHER)
    return reader.read(files, signal ? { signal } : {});
  const failed = new AbortController();
  const options = { signal: signal ? AbortSignal.any([signal, failed.signal]) : failed.signal };
  const [mine, others] = halvesOf(files, work);
  try {
    const [read, readByOther] = await Promise.all([
      reader.read([...mine], options),
      withAnother((another) => another.read([...others], options)),
    ]);
    const facts = new Map([...pairs(mine, read), ...pairs(others, readByOther)]);
    return files.flatMap((file) => facts.get(file) ?? []);
  } finally {
    // One that fails has the other stop.
    failed.abort();
  }
}

/** Of those that list what is in them, that is not unpacked. */
async function bytesToUnpack(file: Blob, options: Cancellable): Promise<number> {
  return (await hasFileList(file, options)) ? 0 : file.size;
}

/** Dealt so that both have about as much to do. @param work bytes, for each file */
function halvesOf(files: readonly Blob[], work: readonly number[]): readonly [ReadonlySet<Blob>, ReadonlySet<Blob>] {
  const halves = [new Set<Blob>(), new Set<Blob>()] as const;
  const bytes: [number, number] = [0, 0];
  const tasks = files.map((file, i) => ({ file, size: work[i] ?? 0 }));
  for (const { file, size } of tasks.toSorted((a, b) => b.size - a.size)) {
    const lighter = bytes[0] <= bytes[1] ? 0 : 1;
    halves[lighter].add(file);
    bytes[lighter] += size;
  }
  return halves;
}

function pairs(files: ReadonlySet<Blob>, facts: readonly DebFacts[]): [Blob, DebFacts][] {
  return [...files].flatMap((file, i): [Blob, DebFacts][] => (facts[i] ? [[file, facts[i]]] : []));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
