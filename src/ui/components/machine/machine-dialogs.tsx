import { allows, type MachineAction } from '#ui/models/machine-actions.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import { Dialog } from '../dialog.tsx';

interface Question {
  readonly title: (machine: string) => string;
  readonly text: string;
  readonly yes: string;
}

const STOP: Question = {
  title: (machine) => `Stop ${machine}?`,
  text: 'Its programs end, as when a computer is switched off. Its disk is kept. Suspended, it would go on where it was.',
  yes: 'Stop',
};
const RESTART: Question = {
  title: (machine) => `Restart ${machine}?`,
  text: 'Its programs end, and it boots from its disk, which is kept.',
  yes: 'Restart',
};
const REMOVE: Question = {
  title: (machine) => `Remove ${machine}?`,
  text: 'The machine, its disk and its checkpoints are deleted from this device. This cannot be undone.',
  yes: 'Remove',
};
const START_OVER: Question = {
  title: (machine) => `Start ${machine} over?`,
  text: 'All that changed in it is deleted, with its checkpoints, and it starts as new. This cannot be undone.',
  yes: 'Start over',
};
const QUESTIONS: Readonly<Partial<Record<MachineAction, Question>>> = {
  stop: STOP,
  restart: RESTART,
  startOver: START_OVER,
  remove: REMOVE,
};

/** Asks before something is lost, and offers to suspend where that keeps it. */
export function MachineDialogs({ machine }: { readonly machine: MachineModel }) {
  const action = machine.asking.value;
  const question = action === undefined ? undefined : QUESTIONS[action];
  const canSuspend = action === 'stop' && allows(machine.state.value, 'suspend');
  return (
    <Dialog
      open={question !== undefined}
      title={question?.title(machine.title) ?? ''}
      onCancel={() => machine.cancel()}
      actions={
        <>
          <button type="button" class="button" onClick={() => machine.cancel()}>
            Cancel
          </button>
          {canSuspend ? <SuspendInstead machine={machine} /> : null}
          <button type="button" class="button button-danger" onClick={() => void machine.confirm()}>
            {question?.yes}
          </button>
        </>
      }
    >
      <p>{question?.text}</p>
    </Dialog>
  );
}

function SuspendInstead({ machine }: { readonly machine: MachineModel }) {
  const suspend = () => {
    machine.cancel();
    void machine.perform('suspend');
  };
  return (
    <button type="button" class="button" onClick={suspend}>
      Suspend instead
    </button>
  );
}
