import { AppError } from '#domain/errors/index.ts';
import type { Plan } from '#domain/packages/index.ts';
import {
  dpkgRuns,
  type DpkgRun,
  type InstallMethod,
  type Places,
  type Proposal,
} from '#domain/packages/install/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Machine } from '#ports/portolan.ts';
import type { InstallOptions, InstallProgress } from '#ports/package-installation.ts';
import type { PackageService } from '#ports/package-service.ts';
import { DirectBatches, type DirectBatch } from './direct-batches.ts';
import { GuestDpkg } from './guest-dpkg.ts';
import {
  FOLDER,
  FREE,
  GUEST_FOLDER,
  LOOK_FILE,
  lookScript,
  MARK,
  namesOf,
  PREPARE,
  TIDY,
  unpackScript,
} from './guest-scripts.ts';

export type Installable = Pick<Machine, 'exec' | 'writeFile'>;

/** So many places are looked at within a moment. */
const FEW_PLACES = 1000;

/**
 * Puts planned packages onto a machine: made ready from now on, as is the look for what is in their way, and written with `run`. What it
 * leaves when it fails is not to be kept.
 */
export class Installation {
  readonly #machine: Installable;
  readonly #service: PackageService;
  readonly #files: readonly Blob[];
  readonly #proposal: Proposal;
  readonly #options: InstallOptions;
  readonly #guest: GuestDpkg;
  readonly #batches: DirectBatches;
  readonly #isFree: Promise<boolean>;
  #begin: () => void = () => undefined;
  readonly #begun = new Promise<void>((resolve) => {
    this.#begin = resolve;
  });

  constructor(
    machine: Installable,
    service: PackageService,
    files: readonly Blob[],
    proposal: Proposal,
    options: InstallOptions,
  ) {
    this.#machine = machine;
    this.#service = service;
    this.#files = files;
    this.#proposal = proposal;
    this.#options = options;
    this.#guest = new GuestDpkg(machine, options);
    this.#batches = this.#batchesOf(proposal.methods);
    this.#isFree = this.#areFree(proposal.conditions);
    // Whoever runs it is told.
    this.#isFree.catch(() => undefined);
  }

  /** @returns what dpkg has said */
  async run(): Promise<string> {
    const { methods: planned, plan } = this.#proposal;
    const methods = await this.#methods();
    if (methods === planned) await this.#write();
    else await this.#guest.sh(PREPARE);
    await this.#handOver(methods);
    const runs = dpkgRuns({ steps: plan.steps }, methods);
    for (const [i, run] of runs.entries()) {
      this.#tell(run.action, run.names, i / runs.length);
      await this.#dpkg(run);
    }
    await this.#finish(methods);
    return this.#guest.output;
  }

  /** @returns the planned methods; dpkg does it all where something is in the way that was not to be foreseen */
  async #methods(): Promise<Proposal['methods']> {
    const { methods } = this.#proposal;
    if (await this.#isFree) return methods;
    return new Map([...methods.keys()].map((name): [string, InstallMethod] => [name, 'dpkg']));
  }

  /** Looks in short where that saves more than it costs when something is in the way of it. */
  async #areFree({ places, inShort }: Proposal['conditions']): Promise<boolean> {
    if (this.#written(this.#proposal.methods).length === 0) return false;
    const isShort = places.absent.length + places.noFolders.length <= FEW_PLACES;
    return (!isShort && (await this.#look(inShort))) || this.#look(places);
  }

  async #look(places: Places): Promise<boolean> {
    const { stdout } = await this.#guest.sh(await this.#script(LOOK_FILE, lookScript(places)));
    return stdout.trim() === FREE;
  }

  /** Puts a script where the guest sees it: the way on which commands come is slow. @returns what runs it */
  async #script(path: string, script: string): Promise<string> {
    await this.#machine.writeFile(path, new TextEncoder().encode(script));
    return `. /host/${path}`;
  }

  #batchesOf(methods: Proposal['methods']): DirectBatches {
    const files = this.#written(methods).map(({ name, file }) => ({
      file: this.#given(name, file.path),
      isConfigured: methods.get(name) === 'configured',
    }));
    const { unpacking } = this.#proposal.conditions;
    const options = (): Cancellable => this.#guest.waiting();
    return new DirectBatches(this.#service, files, unpacking, options, (batch) => this.#handOverBatch(batch));
  }

  /**
   * Packages that are written without dpkg, in the order in which they are: small ones first where that is the same, so that the guest
   * has something to do while large ones are unpacked.
   */
  #written(methods: Proposal['methods']): Plan['packages'] {
    const packages = this.#proposal.plan.packages.filter(({ name }) => methods.get(name) !== 'dpkg');
    const sizeOf = ({ name, file }: Plan['packages'][number]): number => this.#given(name, file.path).size;
    return this.#proposal.conditions.isAnyOrder ? packages.toSorted((a, b) => sizeOf(a) - sizeOf(b)) : packages;
  }

  /** Writes packages, and what dpkg's database says of them. */
  async #write(): Promise<void> {
    const names = this.#written(this.#proposal.methods).map(({ name }) => name);
    this.#begin();
    for await (const batch of this.#batches) {
      const some = names.slice(batch.at, batch.at + batch.taken);
      this.#tell('unpack', some, batch.at / names.length);
      await this.#guest.must(await this.#script(`${FOLDER}/unpack`, unpackScript(batch)), some);
    }
  }

  /** Puts a batch where the guest sees it: no earlier than that is a change of the machine that can be undone. */
  async #handOverBatch(batch: DirectBatch): Promise<void> {
    await this.#begun;
    const names = namesOf(batch);
    await this.#machine.writeFile(`${FOLDER}/${names.archive}`, batch.archive);
    for (const [i, { content }] of batch.large.entries())
      await this.#machine.writeFile(`${FOLDER}/${names.large[i]}`, content);
  }

  /** Puts packages that dpkg unpacks, uncompressed, where the guest sees them. */
  async #handOver(methods: Proposal['methods']): Promise<void> {
    const chosen = this.#proposal.plan.packages.filter(({ name }) => methods.get(name) === 'dpkg');
    for (const [i, { name, file }] of chosen.entries()) {
      this.#tell('preparing', [name], i / chosen.length);
      const bytes = await this.#service.store(this.#given(name, file.path), this.#guest.waiting());
      await this.#machine.writeFile(`${FOLDER}/${name}.deb`, bytes);
    }
  }

  #given(name: string, number: string | undefined): Blob {
    const given = this.#files[Number(number)];
    if (given) return given;
    throw new AppError('app/unexpected', { detail: `the plan has ${name}, which was not given` });
  }

  async #dpkg({ action, names }: DpkgRun): Promise<void> {
    const what = action === 'unpack' ? names.map((name) => `${GUEST_FOLDER}/${name}.deb`) : names;
    await this.#guest.run([`--${action}`, ...what], action, names);
  }

  /** What other packages have to do about it, and whether dpkg finds all as it should be: it says nothing then. */
  async #finish(methods: Proposal['methods']): Promise<void> {
    this.#tell('checking', [], 1);
    const marks = new TextEncoder().encode(this.#proposal.extendedStates);
    await this.#machine.writeFile(`${FOLDER}/extended_states`, marks);
    const written = this.#written(methods).map(({ name }) => name);
    await this.#guest.settle(written, `${MARK}; ${TIDY}`);
  }

  #tell(stage: InstallProgress['stage'], names: readonly string[], share: number): void {
    this.#options.signal?.throwIfAborted();
    this.#options.onProgress?.({ stage, names, share });
  }
}
