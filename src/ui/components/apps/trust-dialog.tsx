import type { TrustModel } from '#ui/models/trust-model.ts';
import { Dialog } from '../dialog.tsx';

/** Asks before a container's pages become part of Portolan. */
export function TrustDialog({ trust }: { readonly trust: TrustModel }) {
  const title = trust.asking.value?.title ?? '';
  return (
    <Dialog
      open={trust.asking.value !== undefined}
      title={`Trust ${title}?`}
      onCancel={() => trust.cancel()}
      actions={
        <>
          <button type="button" class="button" onClick={() => trust.cancel()}>
            Cancel
          </button>
          <button type="button" class="button button-danger" onClick={() => void trust.confirm()}>
            Trust and open
          </button>
        </>
      }
    >
      <p>
        Here the pages of containers have no address of their own: a page of this one would be part of Portolan itself.
        It could read and change everything that Portolan keeps in this browser: all your machines and what is on their
        disks, your sources and your settings.
      </p>
      <p>
        Trust it only if you trust whoever made it. This holds for exactly this version, on this device, until you take
        it back: here, or in Storage.
      </p>
    </Dialog>
  );
}
