import type { StorageModel } from '#ui/models/storage-model.ts';
import { Dialog } from './dialog.tsx';

/** Asks before a container's bytes leave this device. */
export function RemoveContainerDialog({ storage }: { readonly storage: StorageModel }) {
  const container = storage.removing.value;
  return (
    <Dialog
      open={container !== undefined}
      title={`Remove ${container?.title ?? ''}?`}
      onCancel={() => storage.cancel()}
      actions={
        <>
          <button type="button" class="button" onClick={() => storage.cancel()}>
            Cancel
          </button>
          <button type="button" class="button button-danger" onClick={() => void storage.remove()}>
            Remove
          </button>
        </>
      }
    >
      <p>
        What is here of this container leaves this device. To boot it again, it has to be downloaded again. What other
        containers share with it stays.
      </p>
    </Dialog>
  );
}
