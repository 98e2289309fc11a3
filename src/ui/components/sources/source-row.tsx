import { useId } from 'preact/hooks';
import type { Source } from '#ports/sources.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { ErrorNote } from '../error-note.tsx';
import { Menu } from '../menu.tsx';
import { MoveButtons } from './move-buttons.tsx';
import { SourceFacts, SourcePill } from './source-facts.tsx';
import { SourceProblems } from './source-problems.tsx';

export interface SourceRowProps {
  readonly app: AppModel;
  readonly source: Source;
  /** In the user's order, from 0. */
  readonly place: number;
  readonly count: number;
}

/** One source: whether it is on, how it does, and what can be done with it. */
export function SourceRow(props: SourceRowProps) {
  const { app, source } = props;
  const titleId = useId();
  const failure = app.sources.failureOf(source.url);
  return (
    <li class="row" data-off={!source.enabled}>
      <Switch {...props} titleId={titleId} />
      <div class="row-text">
        <div class="row-head">
          <h2 id={titleId}>{source.name}</h2>
          <SourcePill source={source} />
        </div>
        <p class="row-address">{source.url}</p>
        <SourceFacts source={source} now={app.now.value} />
      </div>
      <div class="row-actions">
        <MoveButtons {...props} />
        <SourceMenu {...props} />
      </div>
      <SourceProblems app={app} source={source} />
      {failure === undefined ? null : <ErrorNote error={failure} onDismiss={() => app.sources.dismiss(source.url)} />}
    </li>
  );
}

function Switch({ app, source, titleId }: SourceRowProps & { readonly titleId: string }) {
  return (
    <input
      type="checkbox"
      role="switch"
      class="switch"
      aria-labelledby={titleId}
      checked={source.enabled}
      disabled={app.sources.isBusy(source.url)}
      onChange={(event) => void app.sources.setEnabled(source, event.currentTarget.checked)}
    />
  );
}

function SourceMenu({ app, source }: SourceRowProps) {
  const { sources } = app;
  return (
    <Menu label={`Options for ${source.name}`}>
      <button type="button" class="menu-item" onClick={() => void sources.refresh(source)}>
        Refresh now
      </button>
      <button type="button" class="menu-item" onClick={() => sources.ask('rename', source)}>
        Rename…
      </button>
      {source.embedded ? null : (
        <button type="button" class="menu-item" onClick={() => sources.ask('remove', source)}>
          Remove…
        </button>
      )}
    </Menu>
  );
}
