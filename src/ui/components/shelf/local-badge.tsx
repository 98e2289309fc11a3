import type { ContainerListing } from '#ports/portolan.ts';
import { formatBytes, formatPercent } from '#ui/models/format.ts';
import { CheckIcon } from '../icons.tsx';

interface LocalBadgeProps {
  readonly listing: ContainerListing;
  readonly online: boolean;
}

/** What of a container is on this device. */
export function LocalBadge({ listing, online }: LocalBadgeProps) {
  const { local, entry } = listing;
  switch (local.name) {
    case 'offline-ready':
      return (
        <span class="badge badge-ready">
          <CheckIcon />
          Works offline
        </span>
      );
    case 'partial':
      return <span class="badge">{formatPercent(local.share)} on this device</span>;
    case 'absent':
      return <span class="badge">{online ? `Downloads ${formatBytes(entry.size)}` : 'Needs a connection'}</span>;
  }
}
