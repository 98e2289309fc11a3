import type { ErrorRecord } from '#domain/errors/index.ts';
import type { UserPackage } from '#domain/packages/remove/index.ts';
import { formatBytes } from '#ui/models/format.ts';
import type { RemovalModel } from '#ui/models/removal-model.ts';
import { ErrorNote } from '../error-note.tsx';

interface UserPackageListProps {
  readonly removal: RemovalModel;
  /** Undefined until the machine has said. */
  readonly packages: readonly UserPackage[] | undefined;
  readonly error: ErrorRecord | undefined;
}

/** The packages that the user has asked for, each of which can go. */
export function UserPackageList({ removal, packages, error }: UserPackageListProps) {
  if (error !== undefined) return <ErrorNote error={error} />;
  if (packages === undefined) return <p role="status">Asking the machine …</p>;
  if (packages.length === 0) return <p role="status">There is none: the machine has what it came with.</p>;
  return (
    <ul class="panel-list" aria-label="Packages">
      {packages.map(({ name, version, description, installedBytes }) => (
        <li key={name} class="row">
          <div class="row-text">
            <h3>{name}</h3>
            <p class="row-facts">{[version, formatBytes(installedBytes), description].filter(Boolean).join(' · ')}</p>
          </div>
          <div class="row-actions">
            <button
              type="button"
              class="button"
              aria-label={`Remove ${name}`}
              onClick={() => void removal.choose(name)}
            >
              Remove…
            </button>
          </div>
        </li>
      ))}
    </ul>
  );
}
