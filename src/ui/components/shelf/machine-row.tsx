import { AppError } from '#domain/errors/index.ts';
import type { MachineState } from '#ports/portolan.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { formatBytes, formatMoment, formatPercent, memoryWords } from '#ui/models/format.ts';
import { allows, STATE_LABELS } from '#ui/models/machine-actions.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import { formatRoute } from '#ui/models/route.ts';
import { ErrorNote } from '../error-note.tsx';
import { PlayIcon, ShareIcon, StopIcon, TrashIcon } from '../icons.tsx';
import { MachineDialogs } from '../machine/machine-dialogs.tsx';
import { StatePill } from '../state-pill.tsx';

interface MachineRowProps {
  readonly app: AppModel;
  readonly machine: MachineModel;
}

/** One of the user's machines on the shelf. */
export function MachineRow({ app, machine }: MachineRowProps) {
  const state = machine.state.value;
  const problem = machine.problem.value;
  return (
    <li class="machine-row">
      <div class="machine-row-text">
        <h3>{machine.title}</h3>
        <StatePill state={state} />
        <p class="machine-row-facts">{factsOf(state, machine.memory.value)}</p>
      </div>
      <RowActions app={app} machine={machine} />
      {problem === undefined ? null : <ErrorNote error={problem} onDismiss={() => machine.dismissProblem()} />}
      <MachineDialogs machine={machine} />
    </li>
  );
}

/** What a machine that does not run can do: said on its button. */
const GO_ON: Readonly<Partial<Record<MachineState['name'], string>>> = { suspended: 'Resume', stopped: 'Start' };

function RowActions({ app, machine }: MachineRowProps) {
  const state = machine.state.value;
  return (
    <div class="machine-row-actions">
      <MainAction app={app} machine={machine} />
      {allows(state, 'stop') ? (
        <button
          type="button"
          class="button button-quiet"
          aria-label={`Stop ${machine.title}`}
          onClick={() => void machine.request('stop')}
        >
          <StopIcon />
          Stop
        </button>
      ) : null}
      <button
        type="button"
        class="button button-quiet button-icon"
        aria-label={`Share the container of ${machine.title}`}
        title="Share its container"
        onClick={() => app.shareMachine(machine)}
      >
        <ShareIcon />
      </button>
      {allows(state, 'remove') ? (
        <button
          type="button"
          class="button button-quiet"
          aria-label={`Remove ${machine.title}`}
          onClick={() => void machine.request('remove')}
        >
          <TrashIcon />
          Remove
        </button>
      ) : null}
    </div>
  );
}

/** Goes on with it, or to it. */
function MainAction({ app, machine }: MachineRowProps) {
  const { id, title } = machine;
  const state = machine.state.value;
  const goOn = GO_ON[state.name];
  if (goOn) {
    return (
      <button type="button" class="button" aria-label={`${goOn} ${title}`} onClick={() => void app.goOn(machine)}>
        <PlayIcon />
        {goOn}
      </button>
    );
  }
  if (allows(state, 'watch') && allows(state, 'takeOver')) return <ElsewhereActions app={app} machine={machine} />;
  return (
    <a class="button" aria-label={`Open ${title}`} href={formatRoute({ name: 'machine', id })}>
      Open
    </a>
  );
}

function ElsewhereActions({ app, machine }: MachineRowProps) {
  const act = (action: 'watch' | 'takeOver') => void app.openElsewhere(machine, action);
  return (
    <>
      <button type="button" class="button" aria-label={`Watch ${machine.title}`} onClick={() => act('watch')}>
        Watch
      </button>
      <button
        type="button"
        class="button button-quiet"
        aria-label={`Take over ${machine.title}`}
        onClick={() => act('takeOver')}
      >
        Take over
      </button>
    </>
  );
}

function factsOf(state: MachineState, memory: number | undefined): string {
  switch (state.name) {
    case 'suspended':
      return `Saved ${formatMoment(state.savedAt)} · ${formatBytes(state.bytes)} on this device`;
    case 'starting':
      return state.progress === undefined
        ? ''
        : formatPercent(state.progress.bytes / Math.max(state.progress.total, 1));
    case 'waiting':
    case 'failed':
      return AppError.fromRecord(state.error).message;
    case 'elsewhere':
      return [state.there && STATE_LABELS[state.there], memoryWords(memory)].filter(Boolean).join(' · ');
    case 'stopped':
      return 'Boots from its disk';
    case 'running':
    case 'suspending':
    case 'stopping':
      return memoryWords(memory);
  }
}
