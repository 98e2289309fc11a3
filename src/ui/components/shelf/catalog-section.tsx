import type { AppModel } from '#ui/models/app-model.ts';
import { formatRoute, OPEN_LINK } from '#ui/models/route.ts';
import { LinkIcon } from '../icons.tsx';
import { CardSkeletons } from './card-skeletons.tsx';
import { ContainerCard } from './container-card.tsx';
import { CatalogFailure, EmptyCatalog, NoMatch } from './empty-shelf.tsx';
import { ForeignSection } from './foreign-section.tsx';
import { ShelfToolbar } from './shelf-toolbar.tsx';

/** The containers that can be booted, or why there are none. */
export function CatalogSection({ app }: { readonly app: AppModel }) {
  return (
    <section class="section" aria-labelledby="containers-title">
      <div class="section-head">
        <h2 id="containers-title">Containers</h2>
        <a class="button button-quiet" href={formatRoute(OPEN_LINK)}>
          <LinkIcon />
          Open a link
        </a>
      </div>
      {app.filter.useful.value ? <ShelfToolbar app={app} /> : null}
      <CatalogContent app={app} />
      <ForeignSection app={app} />
    </section>
  );
}

function CatalogContent({ app }: { readonly app: AppModel }) {
  const state = app.catalog.state.value;
  switch (state.name) {
    case 'loading':
      return <CardSkeletons count={app.catalog.expected} />;
    case 'ready':
      return app.catalog.entries.value.length + app.catalog.foreign.length === 0 ? (
        <EmptyCatalog app={app} />
      ) : (
        <Cards app={app} />
      );
    case 'failed':
      return <CatalogFailure app={app} error={state.error} />;
  }
}

function Cards({ app }: { readonly app: AppModel }) {
  const { filter, catalog } = app;
  const shown = filter.shown.value;
  if (shown.length === 0) return filter.foreign.value.length > 0 ? null : <NoMatch filter={filter} />;
  const more = filter.matching.value.length - shown.length;
  return (
    <>
      <ul class={catalog.entries.value.length === 1 ? 'cards cards-single' : 'cards'}>
        {shown.map((entry) => (
          <li key={entry.key}>
            <ContainerCard app={app} entry={entry} />
          </li>
        ))}
      </ul>
      {more === 0 ? null : (
        <button type="button" class="button show-more" onClick={() => filter.showMore()}>
          Show more ({more} left)
        </button>
      )}
    </>
  );
}
