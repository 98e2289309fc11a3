import type { ShareLink } from '#domain/share/index.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { ErrorNote } from '../error-note.tsx';
import { PlusIcon } from '../icons.tsx';

interface OfferSourcesProps {
  readonly app: AppModel;
  readonly link: ShareLink;
}

/** The link names catalogs that the user does not have: they may want them. */
export function OfferSources({ app, link }: OfferSourcesProps) {
  const { sources } = app;
  const offered = sources.offered.state.value;
  const unknown = sources.state.value.name === 'ready' ? link.from.filter((url) => !sources.isKnown(url)) : [];
  if (unknown.length === 0) return null;
  return (
    <section class="offer" aria-labelledby="offer-title">
      <h2 id="offer-title">More from the same place</h2>
      <p class="text-soft">Add a source of this link, and its containers and their updates are on your shelf.</p>
      <ul class="offer-list">
        {unknown.map((url) => (
          <li key={url}>
            <span class="row-address">{url}</span>
            <button
              type="button"
              class="button"
              aria-label={`Add ${url} to your sources`}
              disabled={offered.name === 'reading'}
              onClick={() => void sources.offered.add(url)}
            >
              <PlusIcon />
              Add to your sources
            </button>
          </li>
        ))}
      </ul>
      {offered.name === 'open' && offered.error !== undefined ? (
        <ErrorNote error={offered.error} onDismiss={() => sources.offered.close()} />
      ) : null}
    </section>
  );
}
