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
  text: 'The machine ends now. What changed in it since it was last suspended is lost.',
  yes: 'Stop',
};
const RESTART: Question = {
  title: (machine) => `Restart ${machine}?`,
  text: 'The machine boots afresh from its container. What changed in it is lost.',
  yes: 'Restart',
};
const REMOVE: Question = {
  title: (machine) => `Remove ${machine}?`,
  text: 'The machine and its suspended state are deleted from this device. This cannot be undone.',
  yes: 'Remove',
};
const QUESTIONS: Readonly<Partial<Record<MachineAction, Question>>> = { stop: STOP, restart: RESTART, remove: REMOVE };

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
