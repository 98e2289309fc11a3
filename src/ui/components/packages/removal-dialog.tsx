import { useRef } from 'preact/hooks';
import type { AppModel } from '#ui/models/app-model.ts';
import type { RemovalModel, RemovalState } from '#ui/models/removal-model.ts';
import { Dialog } from '../dialog.tsx';
import { ErrorNote } from '../error-note.tsx';
import { Meter } from '../meter.tsx';
import { DpkgOutput } from './dpkg-output.tsx';
import { ExplanationNote } from './explanation-note.tsx';
import { InstallProgressView } from './install-progress.tsx';
import { RemovalView } from './removal-view.tsx';
import { UserPackageList } from './user-package-list.tsx';

/** Packages on their way out of a machine. */
export function RemovalDialog({ app }: { readonly app: AppModel }) {
  const { removal } = app;
  const purge = useRef<HTMLInputElement>(null);
  const { machine, state } = removal.current.value ?? {};
  return (
    <Dialog
      open={state !== undefined}
      title={`Packages that you have installed into ${machine?.title ?? ''}`}
      onCancel={() => removal.close()}
      actions={
        state === undefined ? null : (
          <Actions removal={removal} state={state} isPurge={() => purge.current?.checked === true} />
        )
      }
    >
      {state === undefined ? null : (
        <>
          <Content removal={removal} state={state} />
          {state.name === 'proposed' ? (
            <label class="check">
              <input ref={purge} type="checkbox" />
              <span>Delete their configuration and data, too</span>
            </label>
          ) : null}
        </>
      )}
    </Dialog>
  );
}

interface StateProps {
  readonly removal: RemovalModel;
  readonly state: RemovalState;
}

function Actions({ removal, state, isPurge }: StateProps & { readonly isPurge: () => boolean }) {
  const isOver = ['choosing', 'impossible', 'done', 'failed'].includes(state.name);
  const canGoBack = ['proposed', 'impossible', 'done', 'failed'].includes(state.name);
  return (
    <>
      <button type="button" class="button" onClick={() => removal.close()}>
        {isOver ? 'Close' : 'Cancel'}
      </button>
      {canGoBack ? (
        <button type="button" class="button" onClick={() => void removal.back()}>
          Back to the list
        </button>
      ) : null}
      {state.name === 'proposed' ? (
        <button type="button" class="button button-danger" onClick={() => void removal.remove(isPurge())}>
          Remove
        </button>
      ) : null}
    </>
  );
}

function Content({ removal, state }: StateProps) {
  switch (state.name) {
    case 'choosing':
      return <UserPackageList removal={removal} packages={state.packages} error={state.error} />;
    case 'reading':
      return (
        <>
          <p role="status">Looking at what needs it, and what only it needs.</p>
          <Meter label="Looking" />
        </>
      );
    case 'proposed':
      return <RemovalView proposal={state.proposal} />;
    case 'impossible':
      return <ExplanationNote title="This cannot be removed" explanation={state.explanation} />;
    case 'removing':
      return <InstallProgressView progress={state.progress} />;
    case 'done':
      return (
        <>
          <p role="status">
            {state.names.join(', ')} {state.names.length === 1 ? 'is' : 'are'} removed.
          </p>
          <DpkgOutput text={state.output} />
        </>
      );
    case 'failed':
      return (
        <>
          <ErrorNote error={state.error} />
          <DpkgOutput text={String(state.error.data['output'] ?? '')} />
        </>
      );
  }
}
