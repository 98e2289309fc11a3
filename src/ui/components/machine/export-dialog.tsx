import type { AppModel } from '#ui/models/app-model.ts';
import type { ExportState } from '#ui/models/export-model.ts';
import { formatPercent } from '#ui/models/format.ts';
import { Dialog } from '../dialog.tsx';
import { ErrorNote } from '../error-note.tsx';
import { Meter } from '../meter.tsx';

const QUESTIONS = {
  suspend: 'It is suspended first, so that its memory is in the file, too. Afterwards it can go on where it was.',
  stop: 'While it waits its memory cannot be saved, so it is switched off first: its programs end. All that it had put on its disk is in the file.',
} as const;
const YES = { suspend: 'Suspend and export', stop: 'Stop and export' } as const;
const ENDING = { suspend: 'Suspending', stop: 'Stopping' } as const;

/** A machine on its way into a file. */
export function ExportDialog({ app }: { readonly app: AppModel }) {
  const { exports } = app;
  const { machine, state } = exports.current.value ?? {};
  return (
    <Dialog
      open={state !== undefined}
      title={`Export ${machine?.title ?? ''}`}
      onCancel={() => exports.close()}
      actions={
        <>
          <button type="button" class="button" disabled={state?.name === 'ending'} onClick={() => exports.close()}>
            {state?.name === 'failed' ? 'Close' : 'Cancel'}
          </button>
          {state?.name === 'asking' ? (
            <button type="button" class="button button-primary" onClick={() => void exports.confirm()}>
              {YES[state.first]}
            </button>
          ) : null}
        </>
      }
    >
      {state === undefined ? null : <Content state={state} />}
    </Dialog>
  );
}

function Content({ state }: { readonly state: ExportState }) {
  switch (state.name) {
    case 'asking':
      return <p>{QUESTIONS[state.first]}</p>;
    case 'ending':
      return (
        <>
          <p>{ENDING[state.first]}…</p>
          <Meter label={ENDING[state.first]} />
        </>
      );
    case 'exporting':
      return (
        <>
          <p>Its disk, its checkpoints and its memory are put into one file. {formatPercent(state.share)}</p>
          <Meter label="Exporting" share={state.share} />
        </>
      );
    case 'failed':
      return <ErrorNote error={state.error} />;
  }
}
