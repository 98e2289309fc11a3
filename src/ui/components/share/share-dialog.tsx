import { useRef } from 'preact/hooks';
import type { AppModel } from '#ui/models/app-model.ts';
import type { Shared, ShareModel } from '#ui/models/share-model.ts';
import { Dialog } from '../dialog.tsx';
import { CheckIcon, DownloadIcon, ShareIcon } from '../icons.tsx';
import { LiveRegion } from '../live-region.tsx';
import { QrCode } from './qr-code.tsx';

/** Hands on a link to a container: to copy, to scan, as a file, or through the system. */
export function ShareDialog({ app }: { readonly app: AppModel }) {
  const { share } = app;
  const shared = share.shared.value;
  return (
    <Dialog
      open={shared !== undefined}
      title={`Share ${shared?.title ?? ''}`}
      onCancel={() => share.close()}
      actions={
        <>
          {share.canHandOn ? (
            <button type="button" class="button" onClick={() => void share.handOn()}>
              <ShareIcon />
              Share with…
            </button>
          ) : null}
          <button type="button" class="button" onClick={() => share.close()}>
            Close
          </button>
        </>
      }
    >
      {shared === undefined ? null : <ShareBody app={app} shared={shared} />}
    </Dialog>
  );
}

function ShareBody({ app, shared }: { readonly app: AppModel; readonly shared: Shared }) {
  const { share } = app;
  return (
    <>
      <p>{wordsFor(shared)}</p>
      <LinkField share={share} />
      <NameSources app={app} shared={shared} />
      <div class="share-code">
        <QrCode text={share.link.value} label={`QR code of the link to ${shared.title}`} />
        <LinkFile link={share.link.value} title={shared.title} />
      </div>
    </>
  );
}

function wordsFor({ machine, target }: Shared): string {
  if (target) {
    return `The link leads to the container of this machine as it was published, and in it to port ${target.port}, at ${target.path}. What you changed in the machine does not go along: what you installed or put there is missing at the other end.`;
  }
  return machine
    ? 'The link leads to the container of this machine, not to what you changed in it.'
    : 'The link names these exact bytes. Opening it shows what it is; nothing starts by itself.';
}

function LinkField({ share }: { readonly share: ShareModel }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <div class="share-link">
      <input
        ref={field}
        class="field field-mono"
        type="text"
        readOnly
        aria-label="Link"
        value={share.link.value}
        onFocus={() => field.current?.select()}
      />
      <button type="button" class="button button-primary" autofocus onClick={() => void share.copy()}>
        {share.copied.value ? <CheckIcon /> : null}
        {share.copied.value ? 'Copied' : 'Copy'}
      </button>
      <LiveRegion text={share.copied.value ? 'The link is copied.' : ''} />
    </div>
  );
}

function NameSources({ app, shared }: { readonly app: AppModel; readonly shared: Shared }) {
  const { share, sources } = app;
  if (shared.mirrors.length === 0) return null;
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={share.namesSources.value}
        onChange={(event) => share.nameSources(event.currentTarget.checked)}
      />
      <span>
        Say where it can be had
        <span class="form-hint">{shared.mirrors.map((url) => sources.nameOf(url)).join(', ')}</span>
      </span>
    </label>
  );
}

/** For channels that take files only. The installed app opens it: cli/bundle/manifest.ts. */
function LinkFile({ link, title }: { readonly link: string; readonly title: string }) {
  const href = `data:text/uri-list;charset=utf-8,${encodeURIComponent(`${link}\r\n`)}`;
  return (
    <a class="button button-quiet" href={href} download={`${title}.portolan-link`}>
      <DownloadIcon />
      Save as a file
    </a>
  );
}
