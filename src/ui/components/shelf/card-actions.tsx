import type { ContainerListing } from '#ports/portolan.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { PlayIcon } from '../icons.tsx';
import { KeepButtons } from './keep-buttons.tsx';
import { CardMenu } from './card-menu.tsx';

export interface CardActionsProps {
  readonly app: AppModel;
  readonly listing: ContainerListing;
}

/** What can be done with a container: boot it, keep it, and what the menu has. */
export function CardActions({ app, listing }: CardActionsProps) {
  return (
    <div class="card-actions">
      <BootButton app={app} listing={listing} />
      <KeepButtons app={app} listing={listing} />
      <CardMenu app={app} listing={listing} />
    </div>
  );
}

/** With an update on offer, the version that is here boots: nothing is downloaded without the user's word. */
function BootButton({ app, listing }: CardActionsProps) {
  const { entry, local } = listing;
  const ref = local.name === 'update-available' ? local.here : entry.manifest.digest;
  const pending = app.boots.isPending(ref);
  const label = local.name === 'update-available' ? `Boot ${local.version}` : 'Boot';
  const name = local.name === 'update-available' ? `${label} of ${entry.title}` : `Boot ${entry.title}`;
  return (
    <>
      <button
        type="button"
        class="button button-primary"
        aria-label={name}
        disabled={!app.shell.canBoot || pending}
        onClick={() => void app.boots.boot(ref)}
      >
        <PlayIcon />
        {pending ? 'Booting…' : label}
      </button>
      {app.shell.canBoot ? null : <span class="text-soft">Needs WebAssembly</span>}
    </>
  );
}
