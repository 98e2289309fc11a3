import { AppError } from '#domain/errors/index.ts';
import type { ShareLink } from '#domain/share/index.ts';
import type { LinkPreview } from '#ports/portolan.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { formatRoute, SOURCES } from '#ui/models/route.ts';
import { ErrorNote } from '../error-note.tsx';
import { Page } from '../page.tsx';

type Asked = Extract<LinkPreview, { name: 'missing' }>['asked'];

interface MissingContainerProps {
  readonly app: AppModel;
  readonly link: ShareLink;
  readonly asked: Asked;
}

/** Nobody who was asked has the bytes of a link: who was asked, and what each said. */
export function MissingContainer({ app, link, asked }: MissingContainerProps) {
  const error = new AppError('container/unavailable', { digest: link.manifest }).toRecord();
  return (
    <Page key="missing" app={app} title="Container not found">
      <ErrorNote error={error}>
        <button type="button" class="button" onClick={() => app.link.retry()}>
          Retry
        </button>
        <a class="button" href={formatRoute(SOURCES)}>
          Open Sources
        </a>
      </ErrorNote>
      {app.shell.online.value ? null : <p>You are offline. With a network, more can be asked.</p>}
      <Answers app={app} asked={asked} />
    </Page>
  );
}

function Answers({ app, asked }: Omit<MissingContainerProps, 'link'>) {
  if (asked.length === 0) return <p>There was nobody to ask: the link names no source, and none of yours is on.</p>;
  return (
    <section class="section" aria-labelledby="asked-title">
      <h2 id="asked-title">Who was asked</h2>
      <ul class="panel-list">
        {asked.map(({ url, error }) => (
          <li key={url} class="row">
            <div class="row-text">
              <h3>{app.sources.nameOf(url)}</h3>
              <p class="row-address">{url}</p>
              <Answer error={error} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** `error` undefined: it answered, without the container. */
function Answer({ error }: { readonly error: Asked[number]['error'] }) {
  if (error === undefined) return <p class="row-facts">Answered, and does not have it.</p>;
  const { message, advice } = AppError.fromRecord(error);
  return (
    <div data-code={error.code}>
      <p class="row-facts text-caution">{message}</p>
      <p class="row-facts">{advice}</p>
    </div>
  );
}
