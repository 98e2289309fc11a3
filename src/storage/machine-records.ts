import { AppError } from '#domain/errors/index.ts';
import type { MachineRecord, MachineRecords } from '#ports/machine-records.ts';
import { MACHINE_FORM, stored, type MachineRow, type PortolanDatabase } from './database.ts';

/** Records in IndexedDB. */
export class IndexedMachineRecords implements MachineRecords {
  readonly #database: PortolanDatabase;

  constructor(database: PortolanDatabase) {
    this.#database = database;
  }

  async list(): Promise<readonly MachineRecord[]> {
    return (await stored('the machine', () => this.#database.machines.toArray())).toSorted(
      (a, b) => b.usedAt - a.usedAt,
    );
  }

  get(id: string): Promise<MachineRecord | undefined> {
    return stored('the machine', () => this.#database.machines.get(id));
  }

  update(id: string, change: (before: MachineRecord | undefined) => MachineRecord): Promise<MachineRecord> {
    const { machines } = this.#database;
    return stored('the machine', () =>
      this.#database.transaction('rw', machines, async () => {
        const before = await machines.get(id);
        if (before) checkForm(before);
        const after = change(before);
        await machines.put({ ...before, ...after, form: MACHINE_FORM });
        return after;
      }),
    );
  }

  async remove(id: string): Promise<void> {
    await stored('the machine', () => this.#database.machines.delete(id));
  }
}

/** What a newer version wrote is not written over. */
function checkForm({ form }: MachineRow): void {
  if (form > MACHINE_FORM) throw new AppError('storage/newer', { version: form, supported: MACHINE_FORM });
}
