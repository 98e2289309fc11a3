import { AppError } from '#domain/errors/index.ts';
import type { AppSettings, StoredCookies } from '#domain/http/index.ts';
import type { DiskIdentity } from '#domain/overlay/index.ts';
import type { KeptMachine, SavedState, StateDescription } from '#ports/kept-machines.ts';
import type { StartRequest } from '#ports/machine-service.ts';
import type { MachineRecord } from '#ports/machine-records.ts';
import { ContainerShelf, machineStorageOf, withRoom, type MachineStorage, type Storage } from '#storage/index.ts';
import { checkpointsOf, suspendedState } from '../kept/record-states.ts';
import type { CookiePlace } from './kept-cookies.ts';

/** Bytes that are freed at a time when a device is full. */
const ROOM_BYTES = 32 * 1024 * 1024;

/** Which machine it is. */
export type MachineOrigin = Pick<StartRequest, 'id' | 'title' | 'manifest' | 'sources'>;

interface Change {
  readonly suspended?: SavedState | undefined;
  readonly cookies?: StoredCookies | undefined;
  readonly apps?: readonly AppSettings[];
  readonly relay?: string | undefined;
}

/** What a machine keeps on this device, and the record from which others know of it. */
export class Keeping implements CookiePlace {
  readonly machine: KeptMachine;
  /** Frees space for what the guest writes. False when nothing could go. */
  readonly makeRoom: () => Promise<boolean>;
  readonly #places: MachineStorage;
  readonly #origin: MachineOrigin;
  readonly #disk: DiskIdentity;

  /**
   * Opens it; from now on the machine is known on this device.
   * @throws AppError `storage/*`
   */
  static async open(origin: MachineOrigin, disk: DiskIdentity, storage: Storage): Promise<Keeping> {
    const places = machineStorageOf(storage);
    const makeRoom = (): Promise<boolean> => new ContainerShelf(storage).makeRoom(ROOM_BYTES, [origin.manifest.digest]);
    const machine = await withRoom(makeRoom, () => places.files.open(origin.id, disk));
    const keeping = new Keeping({ machine, makeRoom, places, origin, disk });
    try {
      const { fitting } = machine;
      // Until it runs, it is what it was: its state may turn out to be damaged.
      const suspended = fitting?.kind === 'suspended' ? fitting : undefined;
      // What was started over has nothing of what it was.
      const fresh = machine.disk.version === 0 ? { cookies: undefined } : {};
      await withRoom(makeRoom, () => keeping.#note({ suspended, ...fresh }));
      return keeping;
    } catch (error) {
      machine.close();
      throw error;
    }
  }

  private constructor(parts: {
    machine: KeptMachine;
    makeRoom: () => Promise<boolean>;
    places: MachineStorage;
    origin: MachineOrigin;
    disk: DiskIdentity;
  }) {
    this.machine = parts.machine;
    this.makeRoom = parts.makeRoom;
    this.#places = parts.places;
    this.#origin = parts.origin;
    this.#disk = parts.disk;
  }

  /** The state at which a change was begun that has not ended yet. */
  get begun(): SavedState | undefined {
    return this.machine.states.find(({ isUndo }) => isUndo === true);
  }

  /** Saves a state of the guest, which stands still. A full device lets go of containers that were not used for long. */
  async save(about: StateDescription, parts: readonly Uint8Array[]): Promise<SavedState> {
    const saved = await withRoom(this.makeRoom, () => this.machine.save(about, parts));
    await this.#note(about.kind === 'suspended' ? { suspended: saved } : {});
    return saved;
  }

  async forget(id: string): Promise<void> {
    await this.machine.forget(id);
    await this.#note({});
  }

  /** What its servers have had kept. */
  async cookies(): Promise<StoredCookies | undefined> {
    return (await this.#places.records.get(this.#origin.id))?.cookies;
  }

  async keepCookies(cookies: StoredCookies): Promise<void> {
    await this.#note({ cookies });
  }

  /** What the user has set for its servers. */
  async apps(): Promise<readonly AppSettings[]> {
    return (await this.#places.records.get(this.#origin.id))?.apps ?? [];
  }

  async keepApps(apps: readonly AppSettings[]): Promise<void> {
    await this.#note({ apps });
  }

  /** The relay that the user has set for it. */
  async relay(): Promise<string | undefined> {
    return (await this.#places.records.get(this.#origin.id))?.relay;
  }

  async keepRelay(relay: string | undefined): Promise<void> {
    await this.#note({ relay });
  }

  /**
   * Writes down what others are to know.
   * @param change what is no longer as it was: `suspended` is the state that it goes on from when it does not run
   */
  #note(change: Change): Promise<MachineRecord> {
    const { id, title, manifest, sources } = this.#origin;
    const { bytes, states } = this.machine;
    const now = Date.now();
    return this.#places.records.update(id, (before) => ({
      id,
      title,
      manifest,
      sources,
      bytes,
      createdAt: before?.createdAt ?? now,
      usedAt: now,
      disk: this.#disk,
      suspended: 'suspended' in change ? suspendedState(change.suspended) : before?.suspended,
      checkpoints: checkpointsOf(states),
      apps: change.apps ?? before?.apps,
      cookies: 'cookies' in change ? change.cookies : before?.cookies,
      relay: 'relay' in change ? change.relay : before?.relay,
    }));
  }

  /** Lets go of a machine that never wrote anything. */
  async discard(): Promise<void> {
    this.machine.close();
    await this.#places.files.remove(this.#origin.id);
    await this.#places.records.remove(this.#origin.id);
  }

  /** The engine of a state that an earlier version kept elsewhere; only a disk that is untouched can go on from it. */
  async earlierEngine(): Promise<string | undefined> {
    if (this.machine.disk.version === 0) return this.#places.earlier.engineOf(this.#origin.id);
    await this.#dropEarlier();
    return undefined;
  }

  loadEarlier(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#places.earlier.load(this.#origin.id);
  }

  /** It runs: a state of an earlier version, or the suspended one, is not what it goes on from next time. */
  async started(): Promise<void> {
    await this.#dropEarlier();
    await this.#note({ suspended: undefined });
  }

  async #dropEarlier(): Promise<void> {
    await this.#places.earlier.remove(this.#origin.id);
  }
}

/**
 * Opens what a machine keeps. Where the browser keeps no files, it runs in memory, and `limitation` says why; all else is for the
 * user to put right.
 * @throws AppError `storage/*`
 */
export async function openKeeping(
  origin: MachineOrigin,
  disk: DiskIdentity,
  storage: Storage,
): Promise<{ readonly keeping: Keeping | undefined; readonly limitation: AppError | undefined }> {
  try {
    return { keeping: await Keeping.open(origin, disk, storage), limitation: undefined };
  } catch (error) {
    const limitation = AppError.from(error);
    if (limitation.code !== 'storage/unavailable') throw limitation;
    return { keeping: undefined, limitation };
  }
}
