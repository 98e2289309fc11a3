import { useId, useRef } from 'preact/hooks';
import { formatFieldLines } from '#domain/http/index.ts';
import type { AppEntry, AppsModel } from '#ui/models/apps-model.ts';
import { ErrorNote } from '../error-note.tsx';

interface AppFormProps {
  readonly apps: AppsModel;
  readonly app: AppEntry;
}

/** What the user can set for one server. */
export function AppForm({ apps, app: { port, settings } }: AppFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const error = apps.formError.value;
  const save = (event: SubmitEvent): void => {
    event.preventDefault();
    if (form.current) void apps.save(port, read(new FormData(form.current)));
  };
  return (
    <form ref={form} class="form row-form" aria-label={`Settings of port ${port}`} onSubmit={save}>
      <NameField name={settings.name ?? ''} />
      <HeadersField headers={formatFieldLines(settings.headers)} />
      {error === undefined ? null : <ErrorNote error={error} />}
      <div class="row-actions">
        <button type="button" class="button button-quiet" onClick={() => apps.edit(undefined)}>
          Cancel
        </button>
        <button type="submit" class="button">
          Save
        </button>
      </div>
    </form>
  );
}

function NameField({ name }: { readonly name: string }) {
  const hintId = useId();
  return (
    <label class="form-field">
      <span>Name</span>
      <input
        name="name"
        class="field"
        type="text"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        maxLength={40}
        defaultValue={name}
        aria-describedby={hintId}
      />
      <span id={hintId} class="form-hint">
        Small letters, digits and hyphens. It stands in the address instead of the port.
      </span>
    </label>
  );
}

function HeadersField({ headers }: { readonly headers: string }) {
  const hintId = useId();
  return (
    <label class="form-field">
      <span>Headers</span>
      <textarea
        name="headers"
        class="field field-mono"
        rows={3}
        autocomplete="off"
        spellcheck={false}
        defaultValue={headers}
        placeholder="Authorization: Bearer …"
        aria-describedby={hintId}
      />
      <span id={hintId} class="form-hint">
        One a line. They are sent with each request to this server, and kept on this device.
      </span>
    </label>
  );
}

function read(data: FormData): { readonly name: string; readonly headers: string } {
  const [name, headers] = [data.get('name'), data.get('headers')];
  return { name: typeof name === 'string' ? name : '', headers: typeof headers === 'string' ? headers : '' };
}
