import type { MergedForeign } from '#domain/catalog/index.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { formatBytes } from '#ui/models/format.ts';
import { staleWords } from '#ui/models/listing-words.ts';
import { Mark } from '../brand.tsx';

/** What older servers list: it is seen here, and why it does not boot. */
export function ForeignSection({ app }: { readonly app: AppModel }) {
  const found = app.filter.foreign.value;
  if (found.length === 0) return null;
  return (
    <section class="foreign" aria-labelledby="foreign-title">
      <h3 id="foreign-title">From older servers</h3>
      <p class="text-soft">
        Machines in single pictures (.rts.png). They are listed so that you know of them; they do not boot here.
      </p>
      <ul class="panel-list">
        {found.map((foreign) => (
          <ForeignRow key={foreign.entry.url} app={app} foreign={foreign} />
        ))}
      </ul>
    </section>
  );
}

interface ForeignRowProps {
  readonly app: AppModel;
  readonly foreign: MergedForeign;
}

function ForeignRow({ app, foreign: { entry, source, staleSince } }: ForeignRowProps) {
  const facts = [formatBytes(entry.size), ...entry.tags, `from ${app.sources.nameOf(source)}`];
  return (
    <li class="row">
      <div class="row-picture">
        {entry.thumbnailUrl === undefined ? (
          <Mark />
        ) : (
          <img src={entry.thumbnailUrl} alt="" width="96" height="60" loading="lazy" decoding="async" />
        )}
      </div>
      <div class="row-text">
        <h4>{entry.title}</h4>
        <p class="row-facts">{facts.join(' · ')}</p>
        {entry.summary === '' ? null : <p class="row-facts">{entry.summary}</p>}
        {staleSince === undefined ? null : (
          <p class="row-facts text-caution">{staleWords(staleSince, app.now.value)}</p>
        )}
      </div>
    </li>
  );
}
