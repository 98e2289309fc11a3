import { useId, useRef } from 'preact/hooks';
import type { AddSourceModel } from '#ui/models/add-source-model.ts';
import { Dialog } from '../dialog.tsx';
import { ErrorNote } from '../error-note.tsx';

/** Asks for a catalog's address. It closes when the catalog was read, and says why when it could not be. */
export function AddSourceDialog({ adding }: { readonly adding: AddSourceModel }) {
  const form = useRef<HTMLFormElement>(null);
  const formId = useId();
  const state = adding.state.value;
  const reading = state.name === 'reading';
  const submit = () => {
    if (form.current === null) return;
    const fields = new FormData(form.current);
    void adding.add(textOf(fields, 'address'), textOf(fields, 'key'));
  };
  return (
    <Dialog
      open={state.name !== 'closed'}
      title="Add a source"
      onCancel={() => adding.close()}
      actions={
        <>
          <button type="button" class="button" onClick={() => adding.close()}>
            Cancel
          </button>
          <button type="submit" form={formId} class="button button-primary" disabled={reading}>
            {reading ? 'Reading…' : 'Add'}
          </button>
        </>
      }
    >
      {state.name === 'closed' ? null : (
        <form
          ref={form}
          id={formId}
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <AddressField readOnly={reading} />
          <KeyField readOnly={reading} />
        </form>
      )}
      {state.name === 'open' && state.error !== undefined ? <ErrorNote error={state.error} /> : null}
    </Dialog>
  );
}

function AddressField({ readOnly }: { readonly readOnly: boolean }) {
  const hintId = useId();
  return (
    <label class="form-field">
      <span>Address</span>
      <input
        name="address"
        class="field"
        type="text"
        inputMode="url"
        autocomplete="url"
        autocapitalize="none"
        spellcheck={false}
        required
        autofocus
        readOnly={readOnly}
        placeholder="https://example.org/containers/"
        aria-describedby={hintId}
      />
      <span id={hintId} class="form-hint">
        Of a catalog.json, or of the folder that it is in.
      </span>
    </label>
  );
}

function KeyField({ readOnly }: { readonly readOnly: boolean }) {
  return (
    <details class="form-more">
      <summary>Publisher’s key</summary>
      <label class="form-field">
        <span class="form-hint">
          If you have it from the publisher, only catalogs signed with it are accepted. Otherwise the key of the first
          signature is.
        </span>
        <input
          name="key"
          class="field field-mono"
          type="text"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          readOnly={readOnly}
          placeholder="RW…"
          aria-label="Publisher’s key"
        />
      </label>
    </details>
  );
}

function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}
