import type { AppEntry, AppsModel } from '#ui/models/apps-model.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import { Dialog } from '../dialog.tsx';
import { ErrorNote } from '../error-note.tsx';

const LOOPBACK_ONLY = 'It listens within the machine only: let it listen at 0.0.0.0.';
const NO_PLACE = 'This window has no place for its pages.';

/** The web servers that listen in a machine, to be opened in tabs of their own. */
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
        <AppRow key={app.port} app={app} />
      ))}
    </ul>
  );
}

/** `noopener`: a guest's page has no business with the window that it came from. */
function AppRow({ app: { port, reachable, url } }: { readonly app: AppEntry }) {
  const isOpen = reachable && url !== undefined;
  return (
    <li class="row">
      <div class="row-text">
        <h3>Port {port}</h3>
        {isOpen ? null : <p class="row-facts">{reachable ? NO_PLACE : LOOPBACK_ONLY}</p>}
      </div>
      {isOpen ? (
        <div class="row-actions">
          <a class="button" href={url} target="_blank" rel="noopener" aria-label={`Open port ${port}`}>
            Open
          </a>
        </div>
      ) : null}
    </li>
  );
}
