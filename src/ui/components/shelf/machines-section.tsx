import type { AppModel } from '#ui/models/app-model.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import { MachineRow } from './machine-row.tsx';

/** The user's machines; not there while there are none. */
export function MachinesSection({ app }: { readonly app: AppModel }) {
  const machines = app.machines.list.value;
  if (machines.length === 0) return null;
  return (
    <section class="section" aria-labelledby="machines-title">
      <h2 id="machines-title">Your machines</h2>
      <ul class="machines">
        {machines.map((machine: MachineModel) => (
          <MachineRow key={machine.id} app={app} machine={machine} />
        ))}
      </ul>
    </section>
  );
}
