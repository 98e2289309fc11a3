import type { ComponentChildren } from 'preact';
import { CloseIcon, DownloadIcon, PauseIcon, RestartIcon } from '../icons.tsx';
import type { CardActionsProps } from './card-actions.tsx';

/** Downloads a container whole, at the user's word only: start, pause, go on, try again, stop. */
export function KeepButtons({ app, listing }: CardActionsProps) {
  const { downloads } = app;
  const { manifest, title } = listing.entry;
  const keep = () => void downloads.keep(manifest.digest);
  const name = downloads.isStarting(manifest.digest) ? 'running' : (listing.download?.name ?? listing.local.name);
  const cancel = <CancelButton title={title} onClick={() => void downloads.cancel(manifest.digest)} />;
  switch (name) {
    case 'absent':
    case 'partial':
      return <KeepButton label="Keep offline" title={title} icon={<DownloadIcon />} onClick={keep} />;
    case 'update-available':
      return <KeepButton label="Update" title={title} icon={<DownloadIcon />} onClick={keep} />;
    case 'offline-ready':
      return null;
    case 'running': {
      const pause = () => void downloads.pause(manifest.digest);
      return (
        <>
          <KeepButton label="Pause" title={title} icon={<PauseIcon />} onClick={pause} />
          {cancel}
        </>
      );
    }
    case 'paused':
    case 'failed':
      return (
        <>
          <KeepButton
            label={name === 'paused' ? 'Resume' : 'Retry'}
            title={title}
            icon={name === 'paused' ? <DownloadIcon /> : <RestartIcon />}
            onClick={keep}
          />
          {cancel}
        </>
      );
  }
}

interface KeepButtonProps {
  readonly label: string;
  readonly title: string;
  readonly icon: ComponentChildren;
  readonly onClick: () => void;
}

/** One element for all labels, so that the focus stays on it while it changes. */
function KeepButton({ label, title, icon, onClick }: KeepButtonProps) {
  const what =
    label === 'Keep offline' || label === 'Update' ? `${label}: ${title}` : `${label} the download of ${title}`;
  return (
    <button type="button" class="button" aria-label={what} onClick={onClick}>
      {icon}
      {label}
    </button>
  );
}

function CancelButton({ title, onClick }: Pick<KeepButtonProps, 'title' | 'onClick'>) {
  return (
    <button
      type="button"
      class="button button-quiet button-icon"
      aria-label={`Cancel the download of ${title}`}
      title="Cancel the download"
      onClick={onClick}
    >
      <CloseIcon />
    </button>
  );
}
