import { hasRoom, type Proposal } from '#domain/packages/install/index.ts';
import { formatBytes } from '#ui/models/format.ts';

/** Most conflicts that are listed: packages that do not go together often have hundreds. */
const SHOWN = 5;

/** What would be installed, and what stands in its way. */
export function ProposalView({ proposal }: { readonly proposal: Proposal }) {
  const { plan, conflicts, room } = proposal;
  const { packages, installedBytes } = plan;
  if (packages.length === 0) return <p role="status">The machine has its packages already.</p>;
  return (
    <>
      <ul class="panel-list" aria-label="Packages">
        {packages.map(({ name, version, replaces, isWanted }) => (
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
        <p class="note-advice">Remove something from the machine first.</p>
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
