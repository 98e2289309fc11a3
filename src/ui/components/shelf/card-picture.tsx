import { Mark } from '../brand.tsx';
import { Meter } from '../meter.tsx';

interface CardPictureProps {
  readonly url: string | undefined;
  /** Share of the container that is on this device, 0 to 1: as much of the picture is filled in. */
  readonly share: number;
  /** What is under way; undefined when nothing is. */
  readonly progress: string | undefined;
}

/** A container's picture. It fills in like a tide while verified bytes arrive; where motion is unwanted, a bar does. */
export function CardPicture({ url, share, progress }: CardPictureProps) {
  return (
    <div class="card-picture" data-filling={progress !== undefined} style={{ '--here': `${share * 100}%` }}>
      <div class="card-tide">
        {url === undefined ? (
          <Mark />
        ) : (
          <img src={url} alt="" width="320" height="200" loading="lazy" decoding="async" />
        )}
      </div>
      {progress === undefined ? null : <Meter label={progress} share={share} />}
    </div>
  );
}
