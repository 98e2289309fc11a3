import type { MemoryModel } from '#ui/models/memory-model.ts';
import { formatBytes } from '#ui/models/format.ts';
import { Dialog } from './dialog.tsx';

/** Asks before a machine starts that may not fit. */
export function MemoryDialog({ memory }: { readonly memory: MemoryModel }) {
  const asking = memory.asking.value;
  const { needed = 0, used = 0, budget = 0 } = asking ?? {};
  return (
    <Dialog
      open={asking !== undefined}
      title="It may not fit into memory"
      onCancel={() => memory.cancel()}
      actions={
        <>
          <button type="button" class="button" onClick={() => memory.cancel()}>
            Cancel
          </button>
          <button type="button" class="button" onClick={() => void memory.confirm()}>
            Start anyway
          </button>
        </>
      }
    >
      <p>
        This machine takes about {formatBytes(needed)}. Of the {formatBytes(budget)} that this device can spare for
        machines, those that run take about {formatBytes(used)}.
      </p>
      <p>The browser may end a tab that takes too much. Suspend a machine first to make room.</p>
    </Dialog>
  );
}
