import { useId } from 'preact/hooks';
import type { StoredContainer } from '#ports/storage-report.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { formatAge, formatBytes } from '#ui/models/format.ts';
import { ErrorNote } from '../error-note.tsx';
import { PinIcon, TrashIcon } from '../icons.tsx';

interface StoredContainersProps {
  readonly app: AppModel;
  readonly containers: readonly StoredContainer[];
}

/** Containers of which something is on this device, and runtimes. */
export function StoredContainers({ app, containers }: StoredContainersProps) {
  const runtimes = containers.filter(({ kind }) => kind === 'runtime');
  const others = containers.filter(({ kind }) => kind === 'container');
  return (
    <>
      <Stored app={app} title="Containers" containers={others} />
      <Stored app={app} title="Runtimes" containers={runtimes} />
    </>
  );
}

function Stored({ app, title, containers }: StoredContainersProps & { readonly title: string }) {
  const titleId = useId();
  if (containers.length === 0) return null;
  return (
    <section class="section" aria-labelledby={titleId}>
      <h2 id={titleId}>{title}</h2>
      <p class="text-soft">
        Sizes are unpacked; what is downloaded is smaller. When room is needed, the one that was not used for longest
        goes first. Pinned ones never go.
      </p>
      <ul class="panel-list">
        {containers.map((container) => (
          <ContainerRow key={container.digest} app={app} container={container} />
        ))}
      </ul>
    </section>
  );
}

interface ContainerRowProps {
  readonly app: AppModel;
  readonly container: StoredContainer;
}

function ContainerRow({ app, container }: ContainerRowProps) {
  const { storage } = app;
  const { digest, title, version } = container;
  const failure = storage.failureOf(digest);
  return (
    <li class="row">
      <div class="row-text">
        <div class="row-head">
          <h3>{title}</h3>
          <span class="card-version">{version}</span>
        </div>
        <p class="row-facts">{factsOf(container, app.now.value)}</p>
      </div>
      <p class="row-amount">{formatBytes(container.bytes)}</p>
      <div class="row-actions">
        {container.trusted ? <DistrustButton app={app} container={container} /> : null}
        <PinButton app={app} container={container} />
        <button
          type="button"
          class="button button-quiet"
          aria-label={`Remove ${title} ${version}`}
          disabled={container.inUse}
          onClick={() => storage.ask(container)}
        >
          <TrashIcon />
          Remove
        </button>
      </div>
      {failure === undefined ? null : <ErrorNote error={failure} onDismiss={() => storage.dismiss(digest)} />}
    </li>
  );
}

function PinButton({ app, container }: ContainerRowProps) {
  const { pinned, title, version } = container;
  return (
    <button
      type="button"
      class="button button-quiet pin"
      aria-label={`Pin ${title} ${version}`}
      aria-pressed={pinned}
      onClick={() => void app.storage.pin(container, !pinned)}
    >
      <PinIcon />
      {pinned ? 'Pinned' : 'Pin'}
    </button>
  );
}

function DistrustButton({ app, container: { digest, title, version } }: ContainerRowProps) {
  return (
    <button
      type="button"
      class="button button-quiet"
      aria-label={`No longer trust ${title} ${version}`}
      onClick={() => void app.trust.revoke(digest)}
    >
      No longer trust
    </button>
  );
}

function factsOf({ bytes, ownBytes, inUse, trusted, usedAt }: StoredContainer, now: number): string {
  const frees = ownBytes === bytes ? '' : `Removing it frees ${formatBytes(ownBytes)}; others share the rest`;
  const trust = trusted ? 'Trusted: its pages can read and change all that is here' : '';
  return [`Used ${formatAge(usedAt, now)}`, trust, inUse ? 'A machine needs it' : frees].filter(Boolean).join(' · ');
}
