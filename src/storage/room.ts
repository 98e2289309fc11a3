import { AppError } from '#domain/errors/index.ts';

/**
 * Does `work`, and once more after room was made when there was none.
 * @param makeRoom frees space on the device; resolves to false when nothing may go
 * @throws AppError what `work` throws; `storage/full` when no room could be made either
 */
export async function withRoom<T>(makeRoom: () => Promise<boolean>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isFull(error) || !(await makeRoom())) throw error;
    return work();
  }
}

/**
 * Says what there was no room for: whoever stores knows only that there was none, who waits knows for what.
 * @param what as the text of `storage/full` has it
 */
export async function fullFor<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isFull(error)) throw error;
    throw new AppError('storage/full', { what }, { cause: error });
  }
}

function isFull(error: unknown): boolean {
  return AppError.from(error).code === 'storage/full';
}
