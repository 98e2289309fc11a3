import type { Machine } from '#ports/portolan.ts';

export type Restorable = Pick<Machine, 'checkpoint' | 'restore' | 'forget'>;

/** Names of checkpoints have a limit of 80 characters. */
const MOST_TITLE = 80;

/**
 * Changes a machine, or leaves it as it was: a checkpoint is made before, and gone back to when the work fails, is called off, or ends
 * with its tab.
 * @param title of the checkpoint
 * @param onUndo called before it is gone back to
 */
export async function inTransaction<T>(
  machine: Restorable,
  title: string,
  onUndo: () => void,
  work: () => Promise<T>,
): Promise<T> {
  const before = await machine.checkpoint(title.slice(0, MOST_TITLE), { isUndo: true });
  try {
    const result = await work();
    await machine.forget(before.id);
    return result;
  } catch (error) {
    onUndo();
    await machine.restore(before.id);
    await machine.forget(before.id);
    throw error;
  }
}
