import type { AppModel } from '#ui/models/app-model.ts';
import type { AppEntry } from '#ui/models/apps-model.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import { AppAddress } from './app-address.tsx';
import { AppForm } from './app-form.tsx';

const LOOPBACK_ONLY = 'It listens within the machine only: let it listen at 0.0.0.0.';
const NO_PLACE = 'This window has no place for its pages.';

interface AppRowProps {
  readonly page: AppModel;
  readonly machine: MachineModel;
  readonly app: AppEntry;
}

/** One server. It keeps its place when it no longer listens, so that nothing moves under the pointer. */
export function AppRow({ page, machine, app }: AppRowProps) {
  const { apps } = machine;
  const { port, settings } = app;
  return (
    <li class="row" data-off={!app.listens}>
      <div class="row-text">
        <h3>{settings.name ?? `Port ${port}`}</h3>
        <p class="row-facts">{factsOf(app, apps.target.value?.port === port)}</p>
      </div>
      {app.reachable && app.hasPlace ? (
        <>
          <AppActions page={page} machine={machine} app={app} />
          <AppAddress apps={apps} app={app} asks={page.trust.isMissing(machine.container)} />
        </>
      ) : null}
      {apps.editing.value === port ? <AppForm apps={apps} app={app} /> : null}
    </li>
  );
}

function AppActions({ page, machine, app }: AppRowProps) {
  const { apps } = machine;
  const { port, path } = app;
  const isEdited = apps.editing.value === port;
  const share = () => path !== undefined && page.shareMachine(machine, { port, path });
  return (
    <div class="row-actions app-actions">
      <button
        type="button"
        class="button button-quiet"
        aria-label={`Settings of port ${port}`}
        aria-expanded={isEdited}
        onClick={() => apps.edit(isEdited ? undefined : port)}
      >
        Settings
      </button>
      <Action label={`Reload the tabs of port ${port}`} word="Reload" act={() => void apps.reload(app)} />
      <Action label={`Copy the link to port ${port}`} word="Copy link" act={() => void apps.copyLink(app)} />
      <Action label={`Share port ${port}`} word="Share…" act={share} />
    </div>
  );
}

interface ActionProps {
  readonly label: string;
  readonly word: string;
  readonly act: () => void;
}

function Action({ label, word, act }: ActionProps) {
  return (
    <button type="button" class="button button-quiet" aria-label={label} onClick={act}>
      {word}
    </button>
  );
}

function factsOf(
  { port, reachable, listens, hasPlace, settings: { name, headers } }: AppEntry,
  isWanted: boolean,
): string {
  if (!listens) return isWanted ? 'The link leads here. Nothing listens yet …' : 'It no longer listens.';
  if (!reachable) return LOOPBACK_ONLY;
  if (!hasPlace) return NO_PLACE;
  const facts = [name === undefined ? 'Listens' : `Port ${port}`];
  if (isWanted) facts.push('the link leads here');
  if (headers.length > 0) facts.push(headers.length === 1 ? '1 header of yours' : `${headers.length} headers of yours`);
  return facts.join(' · ');
}
