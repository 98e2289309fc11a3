import type { SavedState } from '#ports/kept-machines.ts';
import type { SuspendedState } from '#ports/machine-records.ts';

/** What a machine's record says of the state that it goes on from. */
export function suspendedState(state: SavedState | undefined): SuspendedState | undefined {
  return state?.kind === 'suspended' ? { savedAt: state.savedAt, bytes: state.bytes } : undefined;
}

/** What a machine's record says of its checkpoints. */
export function checkpointsOf(states: readonly SavedState[]): readonly SavedState[] {
  return states.filter(({ kind }) => kind === 'checkpoint').map(withoutPlace);
}

/** Without what only the files know. */
function withoutPlace({ id, kind, name, engineVersion, savedAt, bytes }: SavedState): SavedState {
  return { id, kind, name, engineVersion, savedAt, bytes };
}
