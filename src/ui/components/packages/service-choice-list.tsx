import type { ServiceConflict } from '#domain/services/index.ts';
import { isThere, type ServiceChoice, type ServiceChoices } from '#ui/models/service-choices.ts';
import { ErrorNote } from '../error-note.tsx';

/** What becomes of the services that a runtime brings. */
export function ServiceChoiceList({ choices }: { readonly choices: ServiceChoices }) {
  const list = choices.list.value;
  const error = choices.error.value;
  if (list.length === 0) return null;
  return (
    <>
      <ul class="panel-list" aria-label="Services">
        {list.map((choice) => (
          <ChoiceRow key={choice.definition.name} choices={choices} choice={choice} />
        ))}
      </ul>
      {error === undefined ? null : <ErrorNote error={error} />}
    </>
  );
}

interface ChoiceProps {
  readonly choices: ServiceChoices;
  readonly choice: ServiceChoice;
}

function ChoiceRow({ choices, choice }: ChoiceProps) {
  const { definition, conflicts, isWanted } = choice;
  const { name, description, ports } = definition;
  const facts = [description, ...ports.map((port) => `port ${port}`)].filter((fact) => fact !== '');
  return (
    <li class="row">
      <div class="row-text">
        <label class="check">
          <input
            type="checkbox"
            checked={isWanted}
            onChange={(event) => choices.setWanted(name, event.currentTarget.checked)}
          />
          <span>{isThere(conflicts) ? `Replace the service ${name} that is there` : `Add the service ${name}`}</span>
        </label>
        <p class="row-facts">{facts.join(' · ')}</p>
      </div>
      {isWanted
        ? conflicts.map((conflict) =>
            conflict.kind === 'port' ? (
              <PortField key={conflict.port} choices={choices} choice={choice} conflict={conflict} />
            ) : null,
          )
        : null}
    </li>
  );
}

interface PortFieldProps extends ChoiceProps {
  readonly conflict: Extract<ServiceConflict, { kind: 'port' }>;
}

function PortField({ choices, choice: { definition, moved }, conflict: { port, service } }: PortFieldProps) {
  const { name } = definition;
  // Not a number while the field is empty.
  const chosen = moved.get(port) ?? port;
  const by = service === undefined ? 'a program that runs' : `the service ${service}`;
  return (
    <label class="form-field row-form">
      <span>
        Port {port} belongs to {by}. Port for {name}
      </span>
      <input
        class="field"
        type="number"
        inputMode="numeric"
        min={1}
        max={65_535}
        value={Number.isNaN(chosen) ? '' : chosen}
        // With each key: what is said of the former port goes before Install is pressed, not under the pointer.
        onInput={(event) => choices.move(name, port, event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}
