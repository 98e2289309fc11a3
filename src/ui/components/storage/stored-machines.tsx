import type { StoredMachine } from '#ports/storage-report.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { formatBytes, formatMoment } from '#ui/models/format.ts';
import { STATE_LABELS } from '#ui/models/machine-actions.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import { formatRoute } from '#ui/models/route.ts';
import { ErrorNote } from '../error-note.tsx';
import { TrashIcon } from '../icons.tsx';
import { MachineDialogs } from '../machine/machine-dialogs.tsx';

interface StoredMachinesProps {
  readonly app: AppModel;
  readonly machines: readonly StoredMachine[];
}

/** The machines that are kept on this device. */
export function StoredMachines({ app, machines }: StoredMachinesProps) {
  if (machines.length === 0) return null;
  return (
    <section class="section" aria-labelledby="stored-machines">
      <h2 id="stored-machines">Your machines</h2>
      <ul class="panel-list">
        {machines.map((stored) => (
          <StoredMachineRow key={stored.id} stored={stored} machine={app.machines.find(stored.id)} />
        ))}
      </ul>
    </section>
  );
}

interface StoredMachineRowProps {
  readonly stored: StoredMachine;
  /** Undefined when it belongs to another tab. */
  readonly machine: MachineModel | undefined;
}

function StoredMachineRow({ stored, machine }: StoredMachineRowProps) {
  const problem = machine?.problem.value;
  return (
    <li class="row">
      <div class="row-text">
        <div class="row-head">
          <h3>
            {machine === undefined ? (
              stored.title
            ) : (
              <a href={formatRoute({ name: 'machine', id: stored.id })}>{stored.title}</a>
            )}
          </h3>
          <span class="card-version">{stored.id}</span>
        </div>
        <p class="row-facts">{factsOf(machine)}</p>
      </div>
      <p class="row-amount">{formatBytes(stored.bytes)}</p>
      <div class="row-actions">
        <button
          type="button"
          class="button button-quiet"
          aria-label={`Remove ${stored.title} ${stored.id}`}
          disabled={machine === undefined || machine.state.value.name === 'elsewhere'}
          onClick={() => void machine?.request('remove')}
        >
          <TrashIcon />
          Remove
        </button>
        {machine === undefined ? null : <MachineDialogs machine={machine} />}
      </div>
      {problem === undefined ? null : <ErrorNote error={problem} onDismiss={() => machine?.dismissProblem()} />}
    </li>
  );
}

function factsOf(machine: MachineModel | undefined): string {
  if (machine === undefined) return 'Open in another tab';
  const state = machine.state.value;
  return state.name === 'suspended' ? `Saved ${formatMoment(state.savedAt)}` : STATE_LABELS[state.name];
}
