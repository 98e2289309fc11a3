import { useId } from 'preact/hooks';
import type { ContainerListing } from '#ports/portolan.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { Mark } from '../brand.tsx';
import { ErrorNote } from '../error-note.tsx';
import { PlayIcon } from '../icons.tsx';
import { Menu } from '../menu.tsx';
import { LocalBadge } from './local-badge.tsx';

interface CardProps {
  readonly app: AppModel;
  readonly listing: ContainerListing;
}

/** One container: what it is, how big, what of it is here, and Boot. */
export function ContainerCard({ app, listing }: CardProps) {
  const titleId = useId();
  const { entry } = listing;
  const failure = app.boots.failures.value.get(entry.id);
  return (
    <article class="card" aria-labelledby={titleId}>
      <Picture url={listing.thumbnailUrl} />
      <div class="card-body">
        <header class="card-head">
          <h3 id={titleId}>{entry.title}</h3>
          <span class="card-version">{entry.version}</span>
        </header>
        <p class="card-summary">{entry.summary}</p>
        <p class="card-facts">
          <LocalBadge listing={listing} local={app.catalog.localState(listing)} online={app.shell.online.value} />
        </p>
        <BootActions app={app} listing={listing} />
        {failure === undefined ? null : <ErrorNote error={failure} onDismiss={() => app.boots.dismiss(entry.id)} />}
      </div>
    </article>
  );
}

function Picture({ url }: { readonly url: string | undefined }) {
  return (
    <div class="card-picture">
      {url === undefined ? <Mark /> : <img src={url} alt="" width="320" height="200" loading="lazy" decoding="async" />}
    </div>
  );
}

function BootActions({ app, listing }: CardProps) {
  const { id, title } = listing.entry;
  const pending = app.boots.pending.value.has(id);
  const blocked = !app.shell.canBoot;
  const boot = (from: 'snapshot' | 'disk') => void app.boots.boot(id, { from });
  return (
    <div class="card-actions">
      <button
        type="button"
        class="button button-primary"
        aria-label={`Boot ${title}`}
        disabled={blocked || pending}
        onClick={() => boot('snapshot')}
      >
        <PlayIcon />
        {pending ? 'Booting…' : 'Boot'}
      </button>
      {blocked ? null : (
        <Menu label={`Options for ${title}`}>
          <button type="button" class="menu-item" disabled={pending} onClick={() => boot('disk')}>
            Boot from disk (cold)
            <span class="menu-hint">Skips the saved start and boots the kernel. Takes longer.</span>
          </button>
        </Menu>
      )}
      {blocked ? <span class="text-soft">Needs WebAssembly</span> : null}
    </div>
  );
}
