import type { AppsModel } from '#ui/models/apps-model.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import { Dialog } from '../dialog.tsx';
import { ErrorNote } from '../error-note.tsx';
import { AppRow } from './app-row.tsx';
import { RequestLog } from './request-log.tsx';

/** The web servers that listen in a machine, to be opened in tabs of their own, and what they were asked. */
export function AppsDialog({ machine }: { readonly machine: MachineModel }) {
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
      <AppList apps={apps} />
      <p class="form-hint">
        Their pages are kept apart from Portolan, at an address of their own. They open offline, too, while the machine
        runs.
      </p>
      <RequestLog apps={apps} />
    </Dialog>
  );
}

function AppList({ apps }: { readonly apps: AppsModel }) {
  const list = apps.list.value;
  if (list === undefined) return <p role="status">Looking for servers …</p>;
  if (list.length === 0) return <p role="status">None listens yet. As soon as one does, it appears here.</p>;
  return (
    <ul class="panel-list" aria-label="Web servers">
      {list.map((app) => (
        <AppRow key={app.port} apps={apps} app={app} />
      ))}
    </ul>
  );
}
