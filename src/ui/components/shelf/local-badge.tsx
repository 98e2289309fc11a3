import type { ContainerListing, LocalState } from '#ports/portolan.ts';
import { formatBytes, formatPercent } from '#ui/models/format.ts';
import { CheckIcon } from '../icons.tsx';

interface LocalBadgeProps {
  readonly listing: ContainerListing;
  readonly local: LocalState;
  readonly online: boolean;
}

/** How big a container is, and what of it is on this device. */
export function LocalBadge({ listing, local, online }: LocalBadgeProps) {
  const size = formatBytes(listing.entry.size);
  switch (local.name) {
    case 'offline-ready':
      return (
        <>
          <span>{size}</span>
          <span class="badge badge-ready">
            <CheckIcon />
            Works offline
          </span>
        </>
      );
    case 'partial':
      return (
        <>
          <span>{size}</span>
          <span class="badge">{formatPercent(local.share)} on this device</span>
        </>
      );
    case 'update-available':
      return (
        <>
          <span>Update downloads {formatBytes(local.bytes)}</span>
          <span class="badge badge-ready">
            <CheckIcon />
            {local.version} works offline
          </span>
        </>
      );
    case 'absent':
      return (
        <>
          <span>Downloads {size}</span>
          {online ? null : <span class="badge">Needs a connection</span>}
        </>
      );
  }
}
