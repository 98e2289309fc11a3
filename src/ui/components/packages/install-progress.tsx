import type { InstallProgress } from '#ports/portolan.ts';
import { Meter } from '../meter.tsx';

const WORDS: Readonly<Record<InstallProgress['stage'], string>> = {
  saving: 'Keeping the machine as it is, to go back to',
  preparing: 'Preparing',
  stopping: 'Stopping',
  unpack: 'Unpacking',
  configure: 'Setting up',
  remove: 'Removing',
  checking: 'Checking',
  undoing: 'Going back to how it was',
};
/** Names that are told. */
const SHOWN = 3;

/** What an installation is doing now. */
export function InstallProgressView({ progress: { stage, names, share } }: { readonly progress: InstallProgress }) {
  const more = names.length - SHOWN;
  const told = [names.slice(0, SHOWN).join(', '), ...(more > 0 ? [`and ${more} more`] : [])].join(' ');
  return (
    <>
      <p role="status">
        {WORDS[stage]} {told}…
      </p>
      <Meter label={WORDS[stage]} share={stage === 'preparing' ? share : undefined} />
    </>
  );
}
