import { hasRoom } from '#domain/packages/install/index.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import {
  isNothing,
  isThere,
  type PackagesModel,
  type PackagesState,
  type Proposed,
} from '#ui/models/packages-model.ts';
import { Dialog } from '../dialog.tsx';
import { ErrorNote } from '../error-note.tsx';
import { Growing } from '../machine/growing.tsx';
import { Meter } from '../meter.tsx';
import { ExplanationNote } from './explanation-note.tsx';
import { InstallProgressView } from './install-progress.tsx';
import { DoneView, FailedView } from './outcome-view.tsx';
import { PackageChoice } from './package-choice.tsx';
import { ProposalView } from './proposal-view.tsx';
import { ServiceChoiceList } from './service-choice-list.tsx';

/** Packages on their way into a machine. */
export function PackagesDialog({ app }: { readonly app: AppModel }) {
  const { packages } = app;
  const { machine, state } = packages.current.value ?? {};
  return (
    <Dialog
      open={state !== undefined}
      title={`Install packages into ${machine?.title ?? ''}`}
      onCancel={() => packages.close()}
      actions={state === undefined ? null : <Actions packages={packages} state={state} />}
    >
      {state === undefined ? null : <Content app={app} state={state} />}
    </Dialog>
  );
}

interface StateProps {
  readonly packages: PackagesModel;
  readonly state: PackagesState;
}

function Actions({ packages, state }: StateProps) {
  const isOver = ['done', 'failed', 'growing'].includes(state.name) || (state.name === 'proposed' && isThere(state));
  return (
    <>
      <button type="button" class="button" onClick={() => packages.close()}>
        {isOver ? 'Close' : 'Cancel'}
      </button>
      {state.name === 'proposed' && canBeInstalled(state) ? (
        <button
          type="button"
          class="button button-primary"
          disabled={isNothing(state)}
          aria-disabled={state.isChecked}
          onClick={() => void packages.install()}
        >
          Install
        </button>
      ) : null}
    </>
  );
}

/** Whether there is something to say yes to, as far as it is wanted. */
function canBeInstalled(state: Proposed): boolean {
  const { proposal, services } = state;
  if (proposal.conflicts.length > 0 || !hasRoom(proposal)) return false;
  return !isThere(state) || services.list.value.length > 0;
}

function Content({ app, state }: Pick<StateProps, 'state'> & { readonly app: AppModel }) {
  switch (state.name) {
    case 'choosing':
      return <PackageChoice app={app} error={state.error} />;
    case 'reading':
      return (
        <>
          <p role="status">
            {state.share === undefined
              ? 'The packages are read, and compared with what the machine has.'
              : 'The packages are read.'}
          </p>
          <Meter label="Reading" share={state.share} />
        </>
      );
    case 'proposed':
      return (
        <>
          {isThere(state) ? (
            <p role="status">The machine has all of it already.</p>
          ) : (
            <ProposalView packages={app.packages} state={state} />
          )}
          <ServiceChoiceList choices={state.services} />
          {state.error === undefined ? null : <ErrorNote error={state.error} />}
        </>
      );
    case 'growing':
      return <Growing />;
    case 'impossible':
      return <ExplanationNote title="These packages cannot be installed here" explanation={state.explanation} />;
    case 'installing':
      return <InstallProgressView progress={state.progress} />;
    case 'done':
      return <DoneView names={state.names} verb="installed" output={state.output} />;
    case 'failed':
      return <FailedView error={state.error} />;
  }
}
