import type { ComponentChildren } from 'preact';
import type { AppTarget, ShareLink } from '#domain/share/index.ts';
import type { ContainerListing } from '#ports/portolan.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { purposeWords, signatureWords, staleWords } from '#ui/models/listing-words.ts';
import { PlayIcon, ShareIcon } from '../icons.tsx';
import { Page } from '../page.tsx';
import { CardNotes } from '../shelf/card-notes.tsx';
import { CardPicture } from '../shelf/card-picture.tsx';
import { CardStatus } from '../shelf/card-status.tsx';
import { KeepButtons } from '../shelf/keep-buttons.tsx';
import { OfferSources } from './offer-sources.tsx';

interface FoundContainerProps {
  readonly app: AppModel;
  readonly link: ShareLink;
  /** As it was when it was looked up. */
  readonly preview: ContainerListing;
}

/** The container that a link names. It boots at a click, never before. */
export function FoundContainer({ app, link, preview }: FoundContainerProps) {
  const listing = app.catalog.find(link.manifest) ?? preview;
  const { entry } = listing;
  return (
    <Page key="found" app={app} title={entry.title} lead={`Version ${entry.version}`}>
      <div class="card card-wide">
        <CardPicture listing={listing} />
        <div class="card-body">
          <p class="card-summary card-summary-whole">{entry.summary}</p>
          <CardStatus app={app} listing={listing} />
          <Facts app={app} listing={listing} />
          {link.app ? <Target target={link.app} /> : null}
          {entry.kind === 'runtime' ? (
            <RuntimeActions app={app} listing={listing} />
          ) : (
            <Actions app={app} link={link} listing={listing} />
          )}
          <CardNotes app={app} listing={listing} />
        </div>
      </div>
      <OfferSources app={app} link={link} />
    </Page>
  );
}

interface DetailsProps {
  readonly app: AppModel;
  readonly listing: ContainerListing;
}

function Facts({ app, listing }: DetailsProps) {
  const { entry, mirrors, signature, staleSince } = listing;
  return (
    <dl class="details">
      <Fact name={mirrors.length === 1 ? 'Source' : 'Sources'}>
        {mirrors.length === 0 ? (
          'None; it is on this device'
        ) : (
          <ul>
            {mirrors.map((url) => (
              <li key={url}>
                {app.sources.nameOf(url)} <span class="row-address">{url}</span>
              </li>
            ))}
          </ul>
        )}
        {staleSince === undefined ? null : <p class="text-caution">{staleWords(staleSince, app.now.value)}</p>}
      </Fact>
      <Fact name="Signature">{signatureWords(signature)}</Fact>
      <Fact name="Contents">
        <code class="digest">{entry.manifest.digest}</code>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The page of an app that the link leads to. */
function Target({ target: { port, path } }: { readonly target: AppTarget }) {
  return (
    <p>
      This link leads to a page in it: port {port}, at <code>{path}</code>. Once the machine runs and a server listens
      there, you can open it.
    </p>
  );
}

/** The user may have a machine of the container already, with what they did in it. */
function OwnMachines({ app, link }: Pick<FoundContainerActionsProps, 'app' | 'link'>) {
  const machines = link.app ? app.machinesOf(link) : [];
  if (machines.length === 0) return null;
  return (
    <div class="card-actions" role="group" aria-label="Your machines of this container">
      {machines.map((machine) => (
        <button key={machine.id} type="button" class="button" onClick={() => void app.followInto(machine, link)}>
          Open in your machine {machine.id}
        </button>
      ))}
    </div>
  );
}

/** Only what the user's own sources list is shown where runtimes are chosen. */
function RuntimeActions({ app, listing }: DetailsProps) {
  const isListed = app.catalog.find(listing.entry.manifest.digest) !== undefined;
  return (
    <>
      {isListed ? (
        <div class="card-actions">
          <KeepButtons app={app} listing={listing} />
        </div>
      ) : null}
      <p class="card-purpose">{purposeWords()}</p>
    </>
  );
}

/** A download goes on in later visits, so that it needs a source that is there then; a boot does with those of the link. */
function Actions({ app, link, listing }: FoundContainerActionsProps) {
  const { title } = listing.entry;
  const pending = app.boots.isPending(link.manifest);
  return (
    <>
      <div class="card-actions">
        <button
          type="button"
          class="button button-primary"
          aria-label={`Boot ${title}`}
          disabled={!app.shell.canBoot || pending}
          onClick={() => void app.follow(link)}
        >
          <PlayIcon />
          {pending ? 'Booting…' : 'Boot'}
        </button>
        {app.catalog.find(link.manifest) === undefined ? null : <KeepButtons app={app} listing={listing} />}
        <button type="button" class="button button-quiet" onClick={() => app.share.openListing(listing)}>
          <ShareIcon />
          Share
        </button>
        {app.shell.canBoot ? null : <span class="text-soft">Needs WebAssembly</span>}
      </div>
      <OwnMachines app={app} link={link} />
      <p class="card-purpose">Nothing is downloaded or started before you press a button.</p>
    </>
  );
}

interface FoundContainerActionsProps extends DetailsProps {
  readonly link: ShareLink;
}
