import type { MachineModel } from '#ui/models/machine-model.ts';
import type { ServicesModel } from '#ui/models/services-model.ts';
import { Dialog } from '../dialog.tsx';
import { ErrorNote } from '../error-note.tsx';
import { ServiceRow } from './service-row.tsx';

/** The programs that run as long as a machine does. */
export function ServicesDialog({ machine }: { readonly machine: MachineModel }) {
  const { services } = machine;
  const error = services.error.value;
  return (
    <Dialog
      open={services.open.value}
      title="Services of this machine"
      onCancel={() => services.close()}
      actions={
        <button type="button" class="button" onClick={() => services.close()}>
          Close
        </button>
      }
    >
      {error === undefined ? null : <ErrorNote error={error} />}
      <ServiceList services={services} isFailing={error !== undefined} />
      <p class="form-hint">They start with the machine, and again when they end, until you stop them.</p>
    </Dialog>
  );
}

interface ServiceListProps {
  readonly services: ServicesModel;
  /** True when the machine cannot say. */
  readonly isFailing: boolean;
}

function ServiceList({ services, isFailing }: ServiceListProps) {
  const list = services.list.value;
  if (list === undefined) return isFailing ? null : <p role="status">Asking the machine …</p>;
  if (list.length === 0) return <p role="status">There is none yet.</p>;
  return (
    <ul class="panel-list" aria-label="Services">
      {list.map((service) => (
        <ServiceRow key={service.name} services={services} service={service} />
      ))}
    </ul>
  );
}
