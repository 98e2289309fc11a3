import type { ErrorRecord } from '#domain/errors/index.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { formatDigest } from '#ui/models/format.ts';
import { ErrorNote } from '../error-note.tsx';
import { LiveRegion } from '../live-region.tsx';
import { Meter } from '../meter.tsx';
import { Page } from '../page.tsx';
import { FoundContainer } from './found-container.tsx';
import { MissingContainer } from './missing-container.tsx';
import { PasteLink } from './paste-link.tsx';

/** What a share link leads to: what it is, from where, how large. Nothing is downloaded or started by looking. */
export function LinkView({ app }: { readonly app: AppModel }) {
  const state = app.link.state.value;
  switch (state.name) {
    case 'empty':
      return <EmptyView app={app} text={state.text} error={state.error} />;
    case 'invalid':
      return <InvalidView app={app} error={state.error} />;
    case 'looking':
      return (
        <Page key="looking" app={app} title="Looking for the container…" lead={formatDigest(state.link.manifest)}>
          <Meter label="Looking for the container" />
          <LiveRegion text="Asking the sources." />
        </Page>
      );
    case 'found':
      return <FoundContainer app={app} link={state.link} preview={state.listing} />;
    case 'missing':
      return <MissingContainer app={app} link={state.link} asked={state.asked} />;
    case 'failed':
      return (
        <Page key="failed" app={app} title="The container could not be looked up">
          <ErrorNote error={state.error}>
            <button type="button" class="button" onClick={() => app.link.retry()}>
              Retry
            </button>
          </ErrorNote>
        </Page>
      );
  }
}

interface EmptyViewProps {
  readonly app: AppModel;
  readonly text: string;
  readonly error: ErrorRecord | undefined;
}

function EmptyView({ app, text, error }: EmptyViewProps) {
  return (
    <Page
      key="empty"
      app={app}
      title="Open a link"
      lead="A link to a container names its exact bytes, whoever delivers them."
    >
      {error === undefined ? null : <ErrorNote error={error} />}
      <PasteLink link={app.link} text={text} />
    </Page>
  );
}

function InvalidView({ app, error }: { readonly app: AppModel; readonly error: ErrorRecord }) {
  return (
    <Page key="invalid" app={app} title="This link is damaged">
      <ErrorNote error={error} />
      <PasteLink link={app.link} text="" />
    </Page>
  );
}
