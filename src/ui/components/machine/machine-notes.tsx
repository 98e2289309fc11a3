import type { ErrorRecord } from '#domain/errors/index.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import type { TerminalSlot } from '#ui/terminal/terminal-slot.ts';
import { ErrorNote } from '../error-note.tsx';

interface MachineNotesProps {
  readonly app: AppModel;
  readonly machine: MachineModel;
  readonly slot: TerminalSlot;
}

/** What did not go as asked, above the terminal that goes on. */
export function MachineNotes({ app, machine, slot }: MachineNotesProps) {
  const state = machine.state.value;
  const notice = machine.notice.value;
  const problem = machine.problem.value;
  const terminal = slot.problem.value;
  return (
    <div class="machine-notes">
      {state.name === 'elsewhere' && state.link === 'watching' ? <WatchingNote machine={machine} /> : null}
      {state.name === 'waiting' ? <WaitingNote app={app} machine={machine} error={state.error} /> : null}
      {notice === undefined ? null : (
        <ErrorNote tone="caution" error={notice} onDismiss={() => machine.dismissNotice()} />
      )}
      {problem === undefined ? null : <ErrorNote error={problem} onDismiss={() => machine.dismissProblem()} />}
      {terminal === undefined ? null : <ErrorNote title="The terminal could not be loaded" error={terminal} />}
    </div>
  );
}

/** Whose terminal this is: keys go to a machine that another tab runs. */
function WatchingNote({ machine }: Pick<MachineNotesProps, 'machine'>) {
  return (
    <div class="note note-caution" role="status">
      <div class="note-text">
        <p class="note-title">Running in another tab</p>
        <p class="note-message">You see its terminal, and what you type goes there.</p>
      </div>
      <div class="note-actions">
        <button type="button" class="button" onClick={() => void machine.request('leave')}>
          Stop watching
        </button>
      </div>
    </div>
  );
}

interface WaitingNoteProps {
  readonly app: AppModel;
  readonly machine: MachineModel;
  readonly error: ErrorRecord;
}

/** Why the guest stands still. What it wrote to a full device waits, and nothing that it had synced is lost. */
function WaitingNote({ app, machine, error }: WaitingNoteProps) {
  const full = error.code === 'storage/full';
  const title = full ? 'The machine is waiting for room on this device' : WAITING_FOR_DISK;
  return (
    <ErrorNote tone="caution" title={title} error={error}>
      <button type="button" class="button" onClick={() => void machine.request('retry')}>
        Retry now
      </button>
      {full ? <FullDeviceChoices app={app} machine={machine} /> : null}
    </ErrorNote>
  );
}

function FullDeviceChoices({ app, machine }: Omit<WaitingNoteProps, 'error'>) {
  return (
    <>
      <button type="button" class="button" onClick={() => void app.exports.request(machine)}>
        Export it…
      </button>
      <button type="button" class="button button-quiet" onClick={() => void machine.request('startOver')}>
        Discard its changes…
      </button>
    </>
  );
}

const WAITING_FOR_DISK = 'The machine is waiting for a piece of its disk';
