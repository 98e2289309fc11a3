import { useId } from 'preact/hooks';
import type { ContainerListing } from '#ports/portolan.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { formatBytes, formatDigest } from '#ui/models/format.ts';
import { provenanceWords, signatureWords } from '#ui/models/listing-words.ts';
import type { ShelfEntry } from '#ui/models/shelf-entries.ts';

interface ConflictChoiceProps {
  readonly app: AppModel;
  readonly entry: ShelfEntry;
}

/** Sources offer different bytes under one name and version. Which of them is meant, only the user can say. */
export function ConflictChoice({ app, entry }: ConflictChoiceProps) {
  const name = useId();
  const chosen = app.catalog.chosen(entry);
  return (
    <fieldset class="choice">
      <legend>Sources offer different contents under this name. Which one do you mean?</legend>
      {entry.listings.map((listing) => (
        <label key={listing.entry.manifest.digest} class="choice-option">
          <input
            type="radio"
            name={name}
            checked={listing === chosen}
            onChange={() => app.catalog.choose(entry, listing.entry.manifest.digest)}
          />
          <Candidate app={app} listing={listing} />
        </label>
      ))}
    </fieldset>
  );
}

function Candidate({ app, listing }: { readonly app: AppModel; readonly listing: ContainerListing }) {
  const { entry, signature } = listing;
  return (
    <span class="choice-text">
      <span>{provenanceWords(listing, (url) => app.sources.nameOf(url))}</span>
      <span class="choice-facts">
        {signatureWords(signature)}, {formatBytes(entry.size)}, <code>{formatDigest(entry.manifest.digest)}</code>
      </span>
    </span>
  );
}
