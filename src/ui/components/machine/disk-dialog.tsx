import type { DiskReport } from '#ports/disk-desk.ts';
import type { DiskModel } from '#ui/models/disk-model.ts';
import { formatBytes } from '#ui/models/format.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import { Dialog } from '../dialog.tsx';
import { ErrorNote } from '../error-note.tsx';
import { GrowForm } from './grow-form.tsx';
import { Growing } from './growing.tsx';

/** How large and how full the machine's disk is, and a larger one. */
export function DiskDialog({ machine }: { readonly machine: MachineModel }) {
  const { disk } = machine;
  const error = disk.error.value;
  return (
    <Dialog
      open={disk.open.value}
      title={`Disk of ${machine.title}`}
      onCancel={() => disk.close()}
      actions={
        <button type="button" class="button" onClick={() => disk.close()}>
          Close
        </button>
      }
    >
      {disk.growing.value ? <Growing /> : <Content disk={disk} />}
      {error === undefined ? null : <ErrorNote error={error} />}
    </Dialog>
  );
}

function Content({ disk }: { readonly disk: DiskModel }) {
  const report = disk.report.value;
  if (report === undefined) return disk.error.value === undefined ? <p role="status">Asking the machine …</p> : null;
  return (
    <>
      <Use report={report} />
      <GrowForm size={report.size} missing={0} onGrow={(bytes) => void disk.grow(bytes)} />
    </>
  );
}

function Use({ report: { size, used, free } }: { readonly report: DiskReport }) {
  return (
    <>
      <p role="status">
        The disk has {formatBytes(size)}: {formatBytes(used)} are used, {formatBytes(free)} are free.
      </p>
      <meter class="fullness" aria-label="Space used" max={used + free} high={(used + free) * 0.9} value={used}>
        {formatBytes(used)} of {formatBytes(used + free)}
      </meter>
    </>
  );
}
