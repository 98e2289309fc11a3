import type { Service } from '#domain/services/index.ts';
import type { ServicesModel } from '#ui/models/services-model.ts';
import { ErrorNote } from '../error-note.tsx';
import { useFollowedEnd } from '../followed-end.ts';

interface ServiceLogProps {
  readonly services: ServicesModel;
  readonly service: Service;
}

/** What a service prints, as it comes. Times are UTC. */
export function ServiceLog({ services, service: { name } }: ServiceLogProps) {
  const { text, error } = services.log.value;
  const view = useFollowedEnd(text);
  return (
    <div class="row-form service-log">
      {error === undefined ? null : <ErrorNote error={error} tone="caution" />}
      <pre ref={view} class="output" tabIndex={0} role="log" aria-live="off" aria-label={`Log of ${name}`}>
        {text === '' ? 'Nothing yet.' : text}
      </pre>
      <button type="button" class="button button-quiet" onClick={() => services.clearLog()}>
        Clear view
      </button>
    </div>
  );
}
