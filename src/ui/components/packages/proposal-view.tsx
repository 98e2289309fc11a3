import { hasRoom, type Proposal } from '#domain/packages/install/index.ts';
import { formatBytes } from '#ui/models/format.ts';
import type { PackagesModel, Proposed } from '#ui/models/packages-model.ts';
import { GrowForm } from '../machine/grow-form.tsx';

interface ProposalViewProps {
  readonly packages: PackagesModel;
  readonly state: Proposed;
}

/** Most conflicts that are listed: packages that do not go together often have hundreds. */
const SHOWN = 5;

/** What would be installed, and what stands in its way. */
export function ProposalView({ packages, state }: ProposalViewProps) {
  const { proposal, disk } = state;
  const { plan, conflicts, room } = proposal;
  const { installedBytes } = plan;
  if (plan.packages.length === 0) return <p role="status">The machine has its packages already.</p>;
  return (
    <>
      <ul class="panel-list" aria-label="Packages">
        {plan.packages.map(({ name, version, replaces, isWanted }) => (
          <li key={name} class="row">
            <div class="row-text">
              <h3>{name}</h3>
              <p class="row-facts">
                {replaces === undefined ? version : `${version} instead of ${replaces}`}
                {isWanted ? '' : ' · needed by the others'}
              </p>
            </div>
          </li>
        ))}
      </ul>
      <p class="form-hint">
        {installedBytes < 0
          ? `Frees ${formatBytes(-installedBytes)} of the machine’s disk.`
          : `Takes ${formatBytes(installedBytes)} of the machine’s disk.`}{' '}
        If anything fails, the machine is again as it is now.
      </p>
      {conflicts.length === 0 ? null : <Conflicts conflicts={conflicts} />}
      {hasRoom(proposal) ? null : <NoRoom room={room} />}
      {disk === undefined ? null : (
        <GrowForm size={disk.size} missing={room.needed - room.free} onGrow={(bytes) => void packages.grow(bytes)} />
      )}
    </>
  );
}

function NoRoom({ room }: Pick<Proposal, 'room'>) {
  return (
    <div class="note note-danger" role="alert">
      <div class="note-text">
        <p class="note-title">The machine’s disk is too small</p>
        <p class="note-message">
          {formatBytes(room.needed)} are needed, {formatBytes(room.free)} are left.
        </p>
        <p class="note-advice">Make it larger, or remove something from the machine first.</p>
      </div>
    </div>
  );
}

function Conflicts({ conflicts }: Pick<Proposal, 'conflicts'>) {
  const more = conflicts.length - SHOWN;
  return (
    <div class="note note-danger" role="alert">
      <div class="note-text">
        <p class="note-title">Files that belong to another package</p>
        {conflicts.slice(0, SHOWN).map(({ path, package: name, owner }) => (
          <p key={`${name} ${path}`} class="note-message">
            {name} brings <code>{path}</code>, which belongs to {owner}.
          </p>
        ))}
        {more > 0 ? <p class="note-message">And {more} more.</p> : null}
        <p class="note-advice">Leave one of the two out.</p>
      </div>
    </div>
  );
}
