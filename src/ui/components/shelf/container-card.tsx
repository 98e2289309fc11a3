import { useId } from 'preact/hooks';
import type { ContainerListing } from '#ports/portolan.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { provenanceWords, signatureWords, staleWords } from '#ui/models/listing-words.ts';
import type { ShelfEntry } from '#ui/models/shelf-entries.ts';
import { ShareIcon } from '../icons.tsx';
import { CardActions } from './card-actions.tsx';
import { CardNotes } from './card-notes.tsx';
import { CardPicture } from './card-picture.tsx';
import { CardStatus } from './card-status.tsx';
import { ConflictChoice } from './conflict-choice.tsx';

interface CardProps {
  readonly app: AppModel;
  readonly entry: ShelfEntry;
}

/** One container: what it is, how big, what of it is here, and what can be done with it. */
export function ContainerCard({ app, entry }: CardProps) {
  const titleId = useId();
  const chosen = app.catalog.chosen(entry);
  const { title, version, summary } = (chosen ?? entry.listings[0]).entry;
  return (
    <article class="card" aria-labelledby={titleId}>
      <CardPicture listing={chosen} />
      <div class="card-body">
        <header class="card-head">
          <h3 id={titleId}>{title}</h3>
          <span class="card-version">{version}</span>
          {chosen === undefined ? null : <ShareButton app={app} listing={chosen} />}
        </header>
        <p class="card-summary">{summary}</p>
        {entry.listings.length > 1 ? <ConflictChoice app={app} entry={entry} /> : null}
        {chosen === undefined ? null : <Details app={app} listing={chosen} />}
      </div>
    </article>
  );
}

interface DetailsProps {
  readonly app: AppModel;
  readonly listing: ContainerListing;
}

function Details({ app, listing }: DetailsProps) {
  return (
    <>
      <div class="card-facts">
        <CardStatus app={app} listing={listing} />
        <Provenance app={app} listing={listing} />
      </div>
      <CardActions app={app} listing={listing} />
      <CardNotes app={app} listing={listing} />
    </>
  );
}

function Provenance({ app, listing }: DetailsProps) {
  const { signature, staleSince } = listing;
  const from = provenanceWords(listing, (url) => app.sources.nameOf(url));
  const signed = signature.name === 'unsigned' ? '' : ` · ${signatureWords(signature)}`;
  return (
    <>
      <p class="card-provenance">
        {from}
        {signed}
      </p>
      {staleSince === undefined ? null : <p class="text-caution">{staleWords(staleSince, app.now.value)}</p>}
    </>
  );
}

function ShareButton({ app, listing }: DetailsProps) {
  return (
    <button
      type="button"
      class="button button-quiet button-icon card-share"
      aria-label={`Share ${listing.entry.title}`}
      title="Share"
      onClick={() => app.share.openListing(listing)}
    >
      <ShareIcon />
    </button>
  );
}
