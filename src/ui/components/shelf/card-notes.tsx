import type { ContainerListing } from '#ports/portolan.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { ErrorNote } from '../error-note.tsx';

interface CardNotesProps {
  readonly app: AppModel;
  readonly listing: ContainerListing;
}

/** What did not go as asked with a container. */
export function CardNotes({ app, listing }: CardNotesProps) {
  const { download, entry, local } = listing;
  const { digest } = entry.manifest;
  const booted = local.name === 'update-available' ? local.here : digest;
  const boot = app.boots.failureOf(booted) ?? app.boots.failureOf(digest);
  const keep = app.downloads.failureOf(digest);
  const removal = app.storage.failureOf(booted);
  const stopped = download?.name === 'failed' && !app.downloads.isStarting(digest) ? download.error : undefined;
  const dismissBoot = () => {
    for (const ref of [booted, digest]) app.boots.dismiss(ref);
  };
  return (
    <>
      {stopped === undefined ? null : <ErrorNote error={stopped} />}
      {boot === undefined ? null : <ErrorNote error={boot} onDismiss={dismissBoot} />}
      {keep === undefined ? null : <ErrorNote error={keep} onDismiss={() => app.downloads.dismiss(digest)} />}
      {removal === undefined ? null : <ErrorNote error={removal} onDismiss={() => app.storage.dismiss(booted)} />}
    </>
  );
}
