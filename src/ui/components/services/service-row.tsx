import type { Service } from '#domain/services/index.ts';
import { SERVICE_LABELS, serviceFacts } from '#ui/models/service-words.ts';
import type { OpenPart, ServiceAction, ServicesModel } from '#ui/models/services-model.ts';
import { ErrorNote } from '../error-note.tsx';
import { EnvironmentForm } from './environment-form.tsx';
import { ServiceLog } from './service-log.tsx';

const PENDING: Readonly<Record<ServiceAction, string>> = {
  start: 'Starting …',
  stop: 'Stopping …',
  restart: 'Restarting …',
};

interface ServiceProps {
  readonly services: ServicesModel;
  readonly service: Service;
}

/** One service. */
export function ServiceRow({ services, service }: ServiceProps) {
  const { name, state } = service;
  const { service: opened, part } = services.part.value ?? {};
  const failure = services.failures.of(name);
  return (
    <li class="row">
      <div class="row-text">
        <div class="row-head">
          <h3>{name}</h3>
          <span class="pill" data-state={state.name}>
            {SERVICE_LABELS[state.name]}
          </span>
          <Ports services={services} service={service} />
        </div>
        <p class="row-facts">{serviceFacts(service, services.isSilent(name))}</p>
      </div>
      <Actions services={services} service={service} />
      {failure === undefined ? null : <ErrorNote error={failure} onDismiss={() => services.failures.dismiss(name)} />}
      {opened === name && part === 'log' ? <ServiceLog services={services} service={service} /> : null}
      {opened === name && part === 'environment' ? <EnvironmentForm services={services} service={service} /> : null}
    </li>
  );
}

/** `noopener`: a guest's page has no business with the window that it came from. */
function Ports({ services, service: { ports, state } }: ServiceProps) {
  return ports.map((port) => {
    const url = state.name === 'running' ? services.appUrl(port) : undefined;
    return url === undefined ? (
      <span key={port} class="row-facts">
        Port {port}
      </span>
    ) : (
      <a key={port} href={url} target="_blank" rel="noopener" aria-label={`Open port ${port}`}>
        Port {port}
      </a>
    );
  });
}

function Actions({ services, service }: ServiceProps) {
  const { name, state, hasLog, isOwn } = service;
  const isStopped = state.name === 'stopped';
  const pending = services.pending(name);
  return (
    <div class="row-actions service-actions">
      {hasLog ? <PartButton services={services} name={name} part="log" label="Log" /> : null}
      {isOwn ? <PartButton services={services} name={name} part="environment" label="Environment" /> : null}
      {isStopped ? null : <ActionButton services={services} name={name} action="restart" label="Restart" />}
      <ActionButton
        services={services}
        name={name}
        action={isStopped ? 'start' : 'stop'}
        label={isStopped ? 'Start' : 'Stop'}
      />
      <span class="visually-hidden" role="status">
        {pending === undefined ? '' : `${name}: ${PENDING[pending]}`}
      </span>
    </div>
  );
}

interface ActionButtonProps {
  readonly services: ServicesModel;
  readonly name: string;
  readonly action: ServiceAction;
  readonly label: string;
}

/** It keeps the focus while it is at work. */
function ActionButton({ services, name, action, label }: ActionButtonProps) {
  const pending = services.pending(name);
  return (
    <button
      type="button"
      class="button"
      aria-label={`${label} ${name}`}
      aria-disabled={pending !== undefined}
      onClick={() => void services.perform(name, action)}
    >
      {pending === action ? PENDING[action] : label}
    </button>
  );
}

interface PartButtonProps {
  readonly services: ServicesModel;
  readonly name: string;
  readonly part: OpenPart['part'];
  readonly label: string;
}

function PartButton({ services, name, part, label }: PartButtonProps) {
  const opened = services.part.value;
  return (
    <button
      type="button"
      class="button button-quiet"
      aria-label={`${label} of ${name}`}
      aria-expanded={opened?.service === name && opened.part === part}
      onClick={() => services.toggle(name, part)}
    >
      {label}
    </button>
  );
}
