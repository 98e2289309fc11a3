import type { MachineState } from '#ports/portolan.ts';
import { STATE_LABELS } from '#ui/models/machine-actions.ts';

/** A machine's state in one word. */
export function StatePill({ state }: { readonly state: MachineState }) {
  return (
    <span class="pill" data-state={state.name}>
      {STATE_LABELS[state.name]}
    </span>
  );
}
