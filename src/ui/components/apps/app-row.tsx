import type { AppEntry, AppsModel } from '#ui/models/apps-model.ts';
import { AppForm } from './app-form.tsx';

const LOOPBACK_ONLY = 'It listens within the machine only: let it listen at 0.0.0.0.';
const NO_PLACE = 'This window has no place for its pages.';

interface AppRowProps {
  readonly apps: AppsModel;
  readonly app: AppEntry;
}

/** One server. `noopener`: a guest's page has no business with the window that it came from. */
export function AppRow({ apps, app }: AppRowProps) {
  const { port, reachable, url, settings } = app;
  const isOpen = reachable && url !== undefined;
  const isEdited = apps.editing.value === port;
  return (
    <li class="row">
      <div class="row-text">
        <h3>{settings.name ?? `Port ${port}`}</h3>
        <p class="row-facts">{isOpen ? factsOf(app) : reachable ? NO_PLACE : LOOPBACK_ONLY}</p>
      </div>
      {isOpen ? (
        <div class="row-actions">
          <button
            type="button"
            class="button button-quiet"
            aria-label={`Settings of port ${port}`}
            aria-expanded={isEdited}
            onClick={() => apps.edit(isEdited ? undefined : port)}
          >
            Settings
          </button>
          <a class="button" href={url} target="_blank" rel="noopener" aria-label={`Open port ${port}`}>
            Open
          </a>
        </div>
      ) : null}
      {isEdited ? <AppForm apps={apps} app={app} /> : null}
    </li>
  );
}

function factsOf({ url = '', port, settings: { name, headers } }: AppEntry): string {
  const facts = [new URL(url).pathname];
  if (name !== undefined) facts.push(`port ${port}`);
  if (headers.length > 0) facts.push(headers.length === 1 ? '1 header of yours' : `${headers.length} headers of yours`);
  return facts.join(' · ');
}
