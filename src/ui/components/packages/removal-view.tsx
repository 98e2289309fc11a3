import type { Leaving, RemovalProposal } from '#domain/packages/remove/index.ts';
import { formatBytes } from '#ui/models/format.ts';

const WHY: Readonly<Record<Leaving['why'], string>> = {
  wanted: '',
  dependent: ' · needs what is removed',
  unneeded: ' · nothing else needs it',
};

/** What would go. */
export function RemovalView({ proposal: { packages, services, freedBytes } }: { readonly proposal: RemovalProposal }) {
  return (
    <>
      <ul class="panel-list" aria-label="Packages that go">
        {packages.map(({ name, version, why }) => (
          <li key={name} class="row">
            <div class="row-text">
              <h3>{name}</h3>
              <p class="row-facts">
                {version}
                {WHY[why]}
              </p>
            </div>
          </li>
        ))}
      </ul>
      {services.length === 0 ? null : (
        <p>
          {services.length === 1 ? 'The service' : 'The services'} {services.join(', ')}{' '}
          {services.length === 1 ? 'stops and goes' : 'stop and go'}, too.
        </p>
      )}
      <p class="form-hint">
        Frees {formatBytes(freedBytes)} of the machine’s disk. If anything fails, the machine is again as it is now.
      </p>
    </>
  );
}
