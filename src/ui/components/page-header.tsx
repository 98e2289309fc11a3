import type { AppModel } from '#ui/models/app-model.ts';
import { formatRoute, SHELF, SOURCES, STORAGE } from '#ui/models/route.ts';
import { Wordmark } from './brand.tsx';
import { DownloadIcon } from './icons.tsx';

const PLACES = [
  { route: SHELF, label: 'Shelf' },
  { route: SOURCES, label: 'Sources' },
  { route: STORAGE, label: 'Storage' },
] as const;

/** The name, the way to the other views, the state of the network, and the browser's offer to install. index.html has its first paint. */
export function PageHeader({ app }: { readonly app: AppModel }) {
  const { shell } = app;
  return (
    <header class="top">
      <Wordmark />
      <Places current={app.view.value.name} />
      <div class="top-end">
        <p class="connection" role="status" data-online={shell.online.value}>
          {shell.online.value ? 'Online' : 'Offline'}
        </p>
        {shell.installable.value ? (
          <button type="button" class="button" onClick={() => void shell.install()}>
            <DownloadIcon />
            Install
          </button>
        ) : null}
      </div>
    </header>
  );
}

function Places({ current }: { readonly current: string }) {
  return (
    <nav class="places" aria-label="Main">
      <ul>
        {PLACES.map(({ route, label }) => (
          <li key={label}>
            <a class="place" href={formatRoute(route)} aria-current={current === route.name ? 'page' : undefined}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
