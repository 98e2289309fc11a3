import type { ErrorRecord } from '#domain/errors/index.ts';
import type { ContainerListing } from '#ports/portolan.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { ErrorNote } from '../error-note.tsx';
import { CardSkeletons } from './card-skeletons.tsx';
import { ContainerCard } from './container-card.tsx';

/** The containers that can be booted, or why there are none. */
export function CatalogSection({ app }: { readonly app: AppModel }) {
  return (
    <section class="section" aria-labelledby="containers-title">
      <h2 id="containers-title">Containers</h2>
      <CatalogContent app={app} />
    </section>
  );
}

function CatalogContent({ app }: { readonly app: AppModel }) {
  const state = app.catalog.state.value;
  switch (state.name) {
    case 'loading':
      return <CardSkeletons count={app.catalog.expected} />;
    case 'ready':
      return state.listings.length === 0 ? (
        <EmptyCatalog online={app.shell.online.value} />
      ) : (
        <Cards app={app} listings={state.listings} />
      );
    case 'failed':
      return <CatalogFailure app={app} error={state.error} />;
  }
}

function Cards({ app, listings }: { readonly app: AppModel; readonly listings: readonly ContainerListing[] }) {
  return (
    <ul class="cards">
      {listings.map((listing) => (
        <li key={listing.entry.manifest.digest}>
          <ContainerCard app={app} listing={listing} />
        </li>
      ))}
    </ul>
  );
}

function EmptyCatalog({ online }: { readonly online: boolean }) {
  return online ? (
    <div class="empty">
      <p class="empty-title">This server offers no containers yet</p>
      <p>Whoever runs it can add one to its catalog; it then appears here by itself.</p>
    </div>
  ) : (
    <NothingOffline />
  );
}

function CatalogFailure({ app, error }: { readonly app: AppModel; readonly error: ErrorRecord }) {
  if (!app.shell.online.value) return <NothingOffline onRetry={() => void app.catalog.retry()} />;
  return (
    <ErrorNote error={error} title="The catalog could not be read">
      <button type="button" class="button" onClick={() => void app.catalog.retry()}>
        Retry
      </button>
    </ErrorNote>
  );
}

function NothingOffline({ onRetry }: { readonly onRetry?: () => void }) {
  return (
    <div class="empty" role="status">
      <p class="empty-title">You are offline, and nothing is kept here yet</p>
      <p>Connect once and boot a container. From then on it starts without a network.</p>
      {onRetry === undefined ? null : (
        <button type="button" class="button" onClick={onRetry}>
          Retry
        </button>
      )}
    </div>
  );
}
