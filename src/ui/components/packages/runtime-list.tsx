import type { ContainerListing } from '#ports/portolan.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { CardStatus } from '../shelf/card-status.tsx';
import { CardNotes } from '../shelf/card-notes.tsx';
import { KeepButtons } from '../shelf/keep-buttons.tsx';

/** Runtimes of all sources, each with how much of it is on this device. */
export function RuntimeList({ app }: { readonly app: AppModel }) {
  const runtimes = app.catalog.runtimes.value;
  if (runtimes.length === 0) return null;
  return (
    <ul class="panel-list runtimes" aria-label="Runtimes">
      {runtimes.map((listing) => (
        <RuntimeRow key={listing.entry.manifest.digest} app={app} listing={listing} />
      ))}
    </ul>
  );
}

interface RuntimeRowProps {
  readonly app: AppModel;
  readonly listing: ContainerListing;
}

/** Nothing is downloaded without the user's word: the button says so where there is something to download. */
function RuntimeRow({ app, listing }: RuntimeRowProps) {
  const { title, version, summary, manifest } = listing.entry;
  const label = listing.local.name === 'offline-ready' ? 'Install…' : 'Download and install…';
  return (
    <li class="row">
      <div class="row-text">
        <div class="row-head">
          <h3>{title}</h3>
          <span class="card-version">{version}</span>
        </div>
        <p class="row-facts">{summary}</p>
        <CardStatus app={app} listing={listing} />
      </div>
      <div class="row-actions">
        <button
          type="button"
          class="button"
          aria-label={`${label.replace('…', '')} ${title}`}
          onClick={() => void app.packages.chooseRuntime(manifest.digest)}
        >
          {label}
        </button>
        <KeepButtons app={app} listing={listing} />
      </div>
      <CardNotes app={app} listing={listing} />
    </li>
  );
}
