import { readsWords } from '#ui/models/format.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import { useFollowedEnd } from '../followed-end.ts';
import { CloseIcon } from '../icons.tsx';

/** The kernel's log. It follows the newest line while that is in sight. */
export function LogDrawer({ machine }: { readonly machine: MachineModel }) {
  const lines = machine.log.value;
  const view = useFollowedEnd(lines);
  return (
    <section class="log" aria-labelledby="log-title">
      <header class="log-header">
        <h2 id="log-title">Kernel log</h2>
        <p class="log-reads text-soft">{readsWords(machine.reads.value)}</p>
        <button
          type="button"
          class="button button-quiet button-icon"
          aria-label="Close the kernel log"
          onClick={() => machine.toggleLog()}
        >
          <CloseIcon />
        </button>
      </header>
      <pre ref={view} class="log-lines" tabIndex={0} role="log" aria-live="off" aria-labelledby="log-title">
        {lines.length === 0 ? 'No messages yet.' : lines.join('\n')}
      </pre>
    </section>
  );
}
