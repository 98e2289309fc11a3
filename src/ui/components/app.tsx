import type { AppModel } from '#ui/models/app-model.ts';
import type { TerminalDeck } from '#ui/terminal/terminal-deck.ts';
import { TrustDialog } from './apps/trust-dialog.tsx';
import { DebugPanel } from './debug-panel.tsx';
import { LinkView } from './link/link-view.tsx';
import { LiveRegion } from './live-region.tsx';
import { ExportDialog } from './machine/export-dialog.tsx';
import { MachineView } from './machine/machine-view.tsx';
import { MemoryDialog } from './memory-dialog.tsx';
import { MissingView } from './missing-view.tsx';
import { RemoveContainerDialog } from './remove-container-dialog.tsx';
import { ShareDialog } from './share/share-dialog.tsx';
import { ShelfView } from './shelf/shelf-view.tsx';
import { SourcesView } from './sources/sources-view.tsx';
import { StorageView } from './storage/storage-view.tsx';
import { UpdateOffer } from './update-offer.tsx';

export interface AppProps {
  readonly app: AppModel;
  readonly deck: TerminalDeck;
}

/** The page: the view that the address asks for, and what belongs to all views. */
export function App({ app, deck }: AppProps) {
  return (
    <div class={app.debug.open.value ? 'frame frame-with-debug' : 'frame'}>
      <UpdateOffer app={app} />
      <div class="frame-view">
        <CurrentView app={app} deck={deck} />
      </div>
      {app.debug.open.value ? <DebugPanel debug={app.debug} /> : null}
      <LiveRegion text={app.downloads.announcement.value} />
      <RemoveContainerDialog storage={app.storage} />
      <ShareDialog app={app} />
      <ExportDialog app={app} />
      <MemoryDialog memory={app.memory} />
      <TrustDialog trust={app.trust} />
    </div>
  );
}

function CurrentView({ app, deck }: AppProps) {
  const view = app.view.value;
  switch (view.name) {
    case 'shelf':
      return <ShelfView app={app} />;
    case 'sources':
      return <SourcesView app={app} />;
    case 'storage':
      return <StorageView app={app} />;
    case 'link':
      return <LinkView app={app} />;
    case 'machine':
      return <MachineView key={view.machine.id} app={app} machine={view.machine} slot={deck.slot(view.machine)} />;
    case 'missing':
      return <MissingView app={app} />;
  }
}
