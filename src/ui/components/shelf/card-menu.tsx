import { Menu } from '../menu.tsx';
import type { CardActionsProps } from './card-actions.tsx';

/** What is wanted less often of a container. */
export function CardMenu({ app, listing }: CardActionsProps) {
  const { entry, local } = listing;
  const { digest } = entry.manifest;
  const boot = (from: 'snapshot' | 'disk') => void app.boots.boot(digest, { from });
  return (
    <Menu label={`Options for ${entry.title}`}>
      {local.name === 'update-available' ? (
        <button type="button" class="menu-item" disabled={!app.shell.canBoot} onClick={() => boot('snapshot')}>
          Boot {entry.version} now
          <span class="menu-hint">Downloads what it reads while it runs.</span>
        </button>
      ) : null}
      <button type="button" class="menu-item" disabled={!app.shell.canBoot} onClick={() => boot('disk')}>
        Boot from disk (cold)
        <span class="menu-hint">Skips the saved start and boots the kernel. Takes longer.</span>
      </button>
      <button type="button" class="menu-item" onClick={() => app.share.openListing(listing)}>
        Share…
      </button>
      <RemoveItem app={app} listing={listing} />
    </Menu>
  );
}

function RemoveItem({ app, listing }: CardActionsProps) {
  const { entry } = listing;
  const local = listing.local;
  if (local.name === 'absent') return null;
  const old = local.name === 'update-available' ? local : undefined;
  const digest = old?.here ?? entry.manifest.digest;
  const title = old === undefined ? entry.title : `${entry.title} ${old.version}`;
  return (
    <button type="button" class="menu-item" onClick={() => app.storage.ask({ digest, title })}>
      Remove {old?.version} from this device…
    </button>
  );
}
