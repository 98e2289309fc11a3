import type { AppModel } from '#ui/models/app-model.ts';
import { SearchIcon } from '../icons.tsx';

/** Finds containers where there are more than a handful. */
export function ShelfToolbar({ app }: { readonly app: AppModel }) {
  const { filter } = app;
  return (
    <search class="toolbar">
      <label class="search">
        <SearchIcon />
        <span class="visually-hidden">Search containers</span>
        <input
          type="search"
          class="field"
          placeholder="Search"
          value={filter.query.value}
          onInput={(event) => (filter.query.value = event.currentTarget.value)}
        />
      </label>
      <SourceFilter app={app} />
      <label class="check">
        <input
          type="checkbox"
          checked={filter.offlineOnly.value}
          onChange={(event) => (filter.offlineOnly.value = event.currentTarget.checked)}
        />
        Works offline
      </label>
      <MatchCount app={app} />
    </search>
  );
}

function SourceFilter({ app }: { readonly app: AppModel }) {
  const { filter, sources } = app;
  return (
    <label>
      <span class="visually-hidden">Source</span>
      <select class="field" value={filter.source.value} onChange={(event) => (filter.source.value = valueOf(event))}>
        <option value="">All sources</option>
        {sources.enabled.value.map(({ url, name }) => (
          <option key={url} value={url}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Said aloud too, so that typing has an answer. */
function MatchCount({ app }: { readonly app: AppModel }) {
  const [found, all] = [app.filter.matching.value.length, app.catalog.entries.value.length];
  return (
    <p class="match-count" role="status">
      {app.filter.active.value ? `${found} of ${all}` : ''}
    </p>
  );
}

function valueOf(event: { readonly currentTarget: HTMLSelectElement }): string {
  return event.currentTarget.value;
}
