import type { ContainerListing } from '#ports/portolan.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { statusWords } from '#ui/models/listing-words.ts';
import { CheckIcon } from '../icons.tsx';

interface CardStatusProps {
  readonly app: AppModel;
  readonly listing: ContainerListing;
}

/** Two lines that are always there, so that nothing moves while their words change. */
export function CardStatus({ app, listing }: CardStatusProps) {
  const { amount, state, tone } = statusWords(listing, {
    online: app.shell.online.value,
    starting: app.downloads.isStarting(listing.entry.manifest.digest),
  });
  return (
    <p class="card-status">
      <span>{amount}</span>{' '}
      <span class="badge" data-tone={tone}>
        {tone === 'ready' ? <CheckIcon /> : null}
        {state}
      </span>
    </p>
  );
}
