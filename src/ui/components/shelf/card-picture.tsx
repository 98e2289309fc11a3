import type { ContainerListing } from '#ports/portolan.ts';
import { shareHere } from '#ui/models/listing-words.ts';
import { Mark } from '../brand.tsx';
import { Meter } from '../meter.tsx';

interface CardPictureProps {
  /** Undefined while the user has not chosen: nothing is filled in then, nor does one picture stand for the others. */
  readonly listing: ContainerListing | undefined;
}

/** A container's picture. It fills in like a tide while verified bytes arrive; where motion is unwanted, a bar does. */
export function CardPicture({ listing }: CardPictureProps) {
  const { download, thumbnailUrl: url } = listing ?? {};
  // As much of the picture is filled in as of the container is on this device.
  const share = listing === undefined ? 0 : shareHere(listing);
  return (
    <div class="card-picture" data-filling={download !== undefined} style={{ '--here': `${share * 100}%` }}>
      <div class="card-tide">
        {url === undefined ? (
          <Mark />
        ) : (
          <img src={url} alt="" width="320" height="200" loading="lazy" decoding="async" />
        )}
      </div>
      {download === undefined ? null : <Meter label={`Download of ${listing?.entry.title}`} share={share} />}
    </div>
  );
}
