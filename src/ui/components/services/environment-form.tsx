import { useId, useRef } from 'preact/hooks';
import { formatEnvironment, type Service } from '#domain/services/index.ts';
import type { ServicesModel } from '#ui/models/services-model.ts';
import { ErrorNote } from '../error-note.tsx';

interface EnvironmentFormProps {
  readonly services: ServicesModel;
  readonly service: Service;
}

/** The variables that a service is started with. */
export function EnvironmentForm({ services, service: { name, environment, state } }: EnvironmentFormProps) {
  const hintId = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const error = services.formError.value;
  const isStopped = state.name === 'stopped';
  const save = (event: SubmitEvent): void => {
    event.preventDefault();
    void services.saveEnvironment(name, field.current?.value ?? '');
  };
  return (
    <form class="form row-form" aria-label={`Environment of ${name}`} onSubmit={save}>
      <label class="form-field">
        <span>Environment</span>
        <textarea
          ref={field}
          class="field field-mono"
          rows={4}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          defaultValue={formatEnvironment(environment)}
          placeholder="PORT=8080"
          aria-describedby={hintId}
        />
        <span id={hintId} class="form-hint">
          One variable a line, as NAME=value. They are kept on the machine’s disk.
        </span>
      </label>
      {error === undefined ? null : <ErrorNote error={error} />}
      <div class="row-actions">
        <button type="button" class="button button-quiet" onClick={() => services.closePart()}>
          Cancel
        </button>
        <button type="submit" class="button" aria-disabled={services.saving.value}>
          {services.saving.value ? 'Saving …' : isStopped ? 'Save' : 'Save and restart'}
        </button>
      </div>
    </form>
  );
}
