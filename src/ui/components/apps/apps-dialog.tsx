import type { AppModel } from '#ui/models/app-model.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import { Dialog } from '../dialog.tsx';
import { ErrorNote } from '../error-note.tsx';
import { AppRow } from './app-row.tsx';
import { RequestLog } from './request-log.tsx';

interface AppsDialogProps {
  readonly app: AppModel;
  readonly machine: MachineModel;
}

/** The web servers that listen in a machine, to be opened in tabs of their own, and what they were asked. */
export function AppsDialog({ app, machine }: AppsDialogProps) {
  const { apps } = machine;
  const error = apps.error.value;
  return (
    <Dialog
      open={apps.open.value}
      title="Web servers in this machine"
      onCancel={() => apps.close()}
      actions={
        <button type="button" class="button" onClick={() => apps.close()}>
          Close
        </button>
      }
    >
      {error === undefined ? null : <ErrorNote error={error} />}
      <div class="app-list">
        <AppList app={app} machine={machine} />
      </div>
      <p class="app-news" role="status">
        {apps.news.value}
      </p>
      <Whereabouts app={app} machine={machine} />
      <RequestLog apps={apps} />
    </Dialog>
  );
}

function AppList({ app, machine }: AppsDialogProps) {
  const list = machine.apps.list.value;
  if (list === undefined) return <p role="status">Looking for servers …</p>;
  if (list.length === 0) return <p role="status">None listens yet. As soon as one does, it appears here.</p>;
  return (
    <ul class="panel-list" aria-label="Web servers">
      {list.map((each) => (
        <AppRow key={each.port} page={app} machine={machine} app={each} />
      ))}
    </ul>
  );
}

/** Where the pages are, and what that lets them do. */
function Whereabouts({ app: { trust }, machine: { container } }: AppsDialogProps) {
  if (!trust.matters) {
    return (
      <p class="form-hint">
        Their pages are kept apart from Portolan, at an address of their own. They open offline, too, while the machine
        runs.
      </p>
    );
  }
  return (
    <div class="app-trust">
      <p class="form-hint">
        {trust.has(container)
          ? 'You trust this container: its pages are part of Portolan here, and can read and change all that it keeps in this browser.'
          : 'Here pages have no address of their own, and are part of Portolan itself. They open for containers that you trust.'}
      </p>
      {trust.has(container) ? (
        <button type="button" class="button" onClick={() => void trust.revoke(container)}>
          No longer trust it
        </button>
      ) : null}
    </div>
  );
}
