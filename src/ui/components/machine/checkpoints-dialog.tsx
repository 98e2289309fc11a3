import { useId, useRef } from 'preact/hooks';
import type { Checkpoint } from '#ports/portolan.ts';
import type { CheckpointQuestion, CheckpointsModel } from '#ui/models/checkpoints-model.ts';
import { formatBytes, formatMoment } from '#ui/models/format.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import { Dialog } from '../dialog.tsx';
import { ErrorNote } from '../error-note.tsx';
import { Meter } from '../meter.tsx';

/** The states that the user has kept of a machine, to go back to. */
export function CheckpointsDialog({ machine }: { readonly machine: MachineModel }) {
  const { checkpoints } = machine;
  const question = checkpoints.asking.value;
  return (
    <Dialog
      open={checkpoints.open.value}
      title={question ? titleOf(question) : 'Checkpoints'}
      onCancel={() => checkpoints.close()}
      actions={<Actions checkpoints={checkpoints} />}
    >
      {question ? <p>{textOf(question)}</p> : <Content machine={machine} />}
    </Dialog>
  );
}

function Actions({ checkpoints }: { readonly checkpoints: CheckpointsModel }) {
  const question = checkpoints.asking.value;
  return (
    <>
      <button type="button" class="button" onClick={() => checkpoints.close()}>
        {question ? 'Cancel' : 'Close'}
      </button>
      {question ? (
        <button type="button" class="button button-danger" onClick={() => void checkpoints.confirm()}>
          {question.name === 'restore' ? 'Go back' : 'Delete'}
        </button>
      ) : null}
    </>
  );
}

function Content({ machine }: { readonly machine: MachineModel }) {
  const { checkpoints } = machine;
  const work = checkpoints.work.value;
  const error = checkpoints.error.value;
  return (
    <>
      <p>A checkpoint keeps the machine as it is now, memory and disk, to go back to.</p>
      <MakeForm machine={machine} />
      {work?.name === 'making' ? <Meter label="Keeping" /> : null}
      {work?.name === 'restoring' ? <Meter label={`Going back to ${work.checkpoint.name}`} /> : null}
      {error === undefined ? null : <ErrorNote error={error} />}
      <CheckpointList checkpoints={checkpoints} />
    </>
  );
}

function MakeForm({ machine }: { readonly machine: MachineModel }) {
  const { checkpoints } = machine;
  const form = useRef<HTMLFormElement>(null);
  const hintId = useId();
  const running = machine.state.value.name === 'running';
  const busy = checkpoints.work.value !== undefined;
  const make = async (event: SubmitEvent) => {
    event.preventDefault();
    const name = form.current ? new FormData(form.current).get('name') : undefined;
    await checkpoints.make(typeof name === 'string' ? name : '');
    if (checkpoints.error.peek() === undefined) form.current?.reset();
  };
  return (
    <form ref={form} class="form" onSubmit={(event) => void make(event)}>
      <label class="form-field">
        <span>Name</span>
        <input
          name="name"
          class="field"
          type="text"
          autocomplete="off"
          maxLength={80}
          required
          disabled={!running || busy}
          aria-describedby={hintId}
        />
        <span id={hintId} class="form-hint">
          {running ? 'The machine stands still for a moment.' : 'The machine has to run for a new one.'}
        </span>
      </label>
      <button type="submit" class="button" disabled={!running || busy}>
        Keep a checkpoint
      </button>
    </form>
  );
}

function CheckpointList({ checkpoints }: { readonly checkpoints: CheckpointsModel }) {
  const list = checkpoints.list.value;
  if (list.length === 0) return <p class="form-hint">There are none yet.</p>;
  return (
    <ul class="panel-list" aria-label="Checkpoints">
      {list.map((checkpoint) => (
        <CheckpointRow key={checkpoint.id} checkpoints={checkpoints} checkpoint={checkpoint} />
      ))}
    </ul>
  );
}

interface CheckpointRowProps {
  readonly checkpoints: CheckpointsModel;
  readonly checkpoint: Checkpoint;
}

function CheckpointRow({ checkpoints, checkpoint }: CheckpointRowProps) {
  const { name, savedAt, bytes } = checkpoint;
  const busy = checkpoints.work.value !== undefined;
  return (
    <li class="row">
      <div class="row-text">
        <h3>{name}</h3>
        <p class="row-facts">
          {formatMoment(savedAt)} · {formatBytes(bytes)}
        </p>
      </div>
      <div class="row-actions">
        <button
          type="button"
          class="button"
          aria-label={`Go back to ${name}`}
          disabled={busy}
          onClick={() => checkpoints.ask('restore', checkpoint)}
        >
          Go back
        </button>
        <button
          type="button"
          class="button button-quiet"
          aria-label={`Delete ${name}`}
          disabled={busy}
          onClick={() => checkpoints.ask('delete', checkpoint)}
        >
          Delete
        </button>
      </div>
    </li>
  );
}

function titleOf({ name, checkpoint }: CheckpointQuestion): string {
  return name === 'restore' ? `Go back to “${checkpoint.name}”?` : `Delete “${checkpoint.name}”?`;
}

function textOf({ name }: CheckpointQuestion): string {
  return name === 'restore'
    ? 'The machine becomes what it was then, memory and disk. What came after is lost, but for other checkpoints.'
    : 'The machine itself is not changed. This cannot be undone.';
}
