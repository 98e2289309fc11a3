import { AppError } from '#domain/errors/index.ts';
import { ContainerShelf, type Storage } from '#storage/index.ts';

/**
 * Does `work` again after making room, when there was none: containers that were not used for long go.
 * @param bytes that are to be freed
 */
export async function withRoom<T>(storage: Storage, bytes: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (AppError.from(error).code !== 'storage/full') throw error;
    if (!(await new ContainerShelf(storage).makeRoom(bytes, []))) throw error;
    return work();
  }
}
