import type { ComponentChildren } from 'preact';
import type { ErrorRecord } from '#domain/errors/index.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import type { FilterModel } from '#ui/models/filter-model.ts';
import { formatRoute, SOURCES } from '#ui/models/route.ts';
import { ErrorNote } from '../error-note.tsx';
import { CardSkeletons } from './card-skeletons.tsx';

/** Why there is no container to show: each reason has its own way out. */
export function EmptyCatalog({ app }: { readonly app: AppModel }) {
  const { sources, shell } = app;
  const enabled = sources.enabled.value;
  const failures = enabled.map(({ health }) => health.error).filter((error) => error !== undefined);
  const [failure] = failures;
  if (sources.state.value.name === 'loading') return <CardSkeletons count={app.catalog.expected} />;
  if (sources.list.length > 0 && enabled.length === 0) return <AllSourcesOff />;
  if (!shell.online.value) return <NothingOffline onRetry={() => void app.retryCatalog()} />;
  if (failure !== undefined && failures.length === enabled.length) return <CatalogFailure app={app} error={failure} />;
  return enabled.length > 1 ? (
    <Empty title="Your sources offer no containers yet">
      <p>As soon as one of them has a container, it appears here by itself.</p>
      <SourcesLink label="Look at the sources" />
    </Empty>
  ) : (
    <Empty title="This server offers no containers yet">
      <p>Whoever runs it can add one to its catalog; it then appears here by itself.</p>
    </Empty>
  );
}

/** @param error of the only source, or of the first of several that all fail */
export function CatalogFailure({ app, error }: { readonly app: AppModel; readonly error: ErrorRecord }) {
  const several = app.sources.enabled.value.length > 1;
  const retry = () => void app.retryCatalog();
  if (!app.shell.online.value) return <NothingOffline onRetry={retry} />;
  return (
    <ErrorNote error={error} title={several ? 'None of your sources could be read' : 'The catalog could not be read'}>
      <button type="button" class="button" onClick={retry}>
        Retry
      </button>
      {several ? <SourcesLink label="Look at the sources" /> : null}
    </ErrorNote>
  );
}

/** The filter leaves nothing. */
export function NoMatch({ filter }: { readonly filter: FilterModel }) {
  return (
    <Empty title="Nothing matches">
      <p>No container fits what you are looking for.</p>
      <button type="button" class="button" onClick={() => filter.clear()}>
        Show all
      </button>
    </Empty>
  );
}

function AllSourcesOff() {
  return (
    <Empty title="All sources are off">
      <p>Containers come from sources. Turn one on, or add another.</p>
      <SourcesLink label="Open Sources" />
    </Empty>
  );
}

function NothingOffline({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <Empty title="You are offline, and nothing is kept here yet">
      <p>Connect once and keep a container offline. From then on it starts without a network.</p>
      <button type="button" class="button" onClick={onRetry}>
        Retry
      </button>
    </Empty>
  );
}

function SourcesLink({ label }: { readonly label: string }) {
  return (
    <a class="button" href={formatRoute(SOURCES)}>
      {label}
    </a>
  );
}

function Empty({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <div class="empty" role="status">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}
