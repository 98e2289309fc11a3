import { useId, useRef } from 'preact/hooks';
import type { SourcesModel } from '#ui/models/sources-model.ts';
import { Dialog } from '../dialog.tsx';

/** Questions about one source. */
export function SourceDialogs({ sources }: { readonly sources: SourcesModel }) {
  return (
    <>
      <RenameDialog sources={sources} />
      <RemoveDialog sources={sources} />
    </>
  );
}

function RenameDialog({ sources }: { readonly sources: SourcesModel }) {
  const field = useRef<HTMLInputElement>(null);
  const formId = useId();
  const question = sources.question.value;
  const source = question?.name === 'rename' ? question.source : undefined;
  return (
    <Dialog
      open={source !== undefined}
      title={`Rename ${source?.name ?? ''}`}
      onCancel={() => sources.cancel()}
      actions={
        <>
          <button type="button" class="button" onClick={() => sources.cancel()}>
            Cancel
          </button>
          <button type="submit" form={formId} class="button button-primary">
            Rename
          </button>
        </>
      }
    >
      {source === undefined ? null : (
        <form
          id={formId}
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void sources.rename(field.current?.value ?? '');
          }}
        >
          <label class="form-field">
            <span>Name</span>
            <input ref={field} class="field" type="text" required maxLength={80} autofocus defaultValue={source.name} />
          </label>
        </form>
      )}
    </Dialog>
  );
}

function RemoveDialog({ sources }: { readonly sources: SourcesModel }) {
  const question = sources.question.value;
  const source = question?.name === 'remove' ? question.source : undefined;
  return (
    <Dialog
      open={source !== undefined}
      title={`Remove ${source?.name ?? ''}?`}
      onCancel={() => sources.cancel()}
      actions={
        <>
          <button type="button" class="button" onClick={() => sources.cancel()}>
            Cancel
          </button>
          <button type="button" class="button button-danger" onClick={() => void sources.remove()}>
            Remove
          </button>
        </>
      }
    >
      <p>What only it offers leaves the shelf. Containers that are on this device stay, and so do machines.</p>
      <p class="row-address">{source?.url}</p>
    </Dialog>
  );
}
