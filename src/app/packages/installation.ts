import { AppError } from '#domain/errors/index.ts';
import type { Plan } from '#domain/packages/index.ts';
import {
  DPKG_OPTIONS,
  dpkgRuns,
  type DpkgRun,
  type InstallMethod,
  type Places,
  type Proposal,
} from '#domain/packages/install/index.ts';
import type { Machine } from '#ports/portolan.ts';
import type { InstallOptions, InstallProgress } from '#ports/package-installation.ts';
import type { PackageService } from '#ports/package-service.ts';
import { DirectBatches } from './direct-batches.ts';
import { GuestDpkg, lastLine } from './guest-dpkg.ts';

export type Installable = Pick<Machine, 'exec' | 'writeFile'>;

/** In the folder that page and guest share. */
const FOLDER = 'portolan-packages';
/** Nobody starts services behind the user's back while packages are put in place (invoke-rc.d(8)); its own policy stays. */
const PREPARE =
  '[ -e /usr/sbin/policy-rc.d ] || { printf "#!/bin/sh\\nexit 101\\n" > /usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d; touch /run/portolan-policy; }';
const TIDY = `[ ! -e /run/portolan-policy ] || rm -f /usr/sbin/policy-rc.d /run/portolan-policy; rm -rf /host/${FOLDER}; sync`;
/** So many places are looked at within a moment. */
const FEW_PLACES = 500;
/** For apt, where there is one. */
const MARK = `[ ! -d /var/lib/apt ] || cat /host/${FOLDER}/extended_states > /var/lib/apt/extended_states`;
/**
 * Says what stands in the way of writing packages; nothing, when nothing does. Other programs than the shell read the lists: it
 * would do so a byte at a time, each a message to the host.
 */
const CHECK = `cd /host/${FOLDER}
{ command -v xargs && command -v find; } > /dev/null || echo 'nothing to look with'
xargs -r -d '\\n' -a absent sh -c 'find "$@" -maxdepth 0' sh 2> /dev/null
xargs -r -d '\\n' -a no-folders sh -c 'find "$@" -maxdepth 0 -type d' sh 2> /dev/null
ls /var/lib/dpkg/updates
pidof dpkg apt apt-get || true`;
/**
 * Folders that are there keep their owners and modes, and links to folders stay, as with dpkg. Without -P, tar makes links that lead
 * out of their folder last, and until then has another mode for the folders around them, which it keeps when they come once more.
 * It reads as many blocks of 512 bytes at a time as one message of the host brings (fstab: msize); with its own 20, most of the time
 * goes into messages.
 */
const UNTAR = `tar -x -p -P --blocking-factor=240 -f /host/${FOLDER}/files.tar -C / --no-overwrite-dir --keep-directory-symlink --warning=no-timestamp`;

/** Puts planned packages onto a machine: made ready from now on, written with `run`. What it leaves when it fails is not to be kept. */
export class Installation {
  readonly #machine: Installable;
  readonly #service: PackageService;
  readonly #files: readonly Blob[];
  readonly #proposal: Proposal;
  readonly #options: InstallOptions;
  readonly #guest: GuestDpkg;
  readonly #batches: DirectBatches;

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
  }

  /** @returns what dpkg has said */
  async run(): Promise<string> {
    const { methods: planned, plan } = this.#proposal;
    const methods = await this.#prepare();
    if (methods === planned) await this.#write();
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
  async #prepare(): Promise<Proposal['methods']> {
    const { methods, conditions } = this.#proposal;
    if ([...methods.values()].every((method) => method === 'dpkg')) {
      await this.#guest.sh(PREPARE);
      return methods;
    }
    return (await this.#areFree(conditions))
      ? methods
      : new Map([...methods.keys()].map((name): [string, InstallMethod] => [name, 'dpkg']));
  }

  /** Looks in short where that saves more than it costs when something is in the way of it. */
  async #areFree({ places, inShort }: Proposal['conditions']): Promise<boolean> {
    const isShort = places.absent.length + places.noFolders.length <= FEW_PLACES;
    return (!isShort && (await this.#isFree(inShort))) || this.#isFree(places);
  }

  async #isFree({ absent, noFolders }: Places): Promise<boolean> {
    await this.#writeLines('absent', absent);
    await this.#writeLines('no-folders', noFolders);
    const { stdout } = await this.#guest.sh(`${PREPARE}; ${CHECK}`);
    return stdout.trim() === '';
  }

  #writeLines(name: string, lines: readonly string[]): Promise<void> {
    const text = lines.map((line) => `${line}\n`).join('');
    return this.#machine.writeFile(`${FOLDER}/${name}`, new TextEncoder().encode(text));
  }

  #batchesOf(methods: Proposal['methods']): DirectBatches {
    const files = this.#written(methods).map(({ name, file }) => ({
      file: this.#given(name, file.path),
      isConfigured: methods.get(name) === 'configured',
    }));
    const { unpacking } = this.#proposal.conditions;
    return new DirectBatches(this.#service, files, unpacking, () => this.#guest.waiting());
  }

  /** Packages that are written without dpkg, in the order in which they are. */
  #written(methods: Proposal['methods']): Plan['packages'] {
    return this.#proposal.plan.packages.filter(({ name }) => methods.get(name) !== 'dpkg');
  }

  /** Writes packages, and then what dpkg's database says of them. */
  async #write(): Promise<void> {
    const names = this.#written(this.#proposal.methods).map(({ name }) => name);
    const added = new Map<string, string>();
    for await (const batch of this.#batches) {
      const some = names.slice(batch.at, batch.at + batch.taken);
      this.#tell('unpack', some, batch.at / names.length);
      await this.#machine.writeFile(`${FOLDER}/files.tar`, batch.archive);
      await this.#must(UNTAR, some);
      for (const [path, text] of Object.entries(batch.added)) added.set(path, (added.get(path) ?? '') + text);
    }
    await this.#addToFiles(added, names);
  }

  /** Each file of it is whole at any time. */
  async #addToFiles(added: ReadonlyMap<string, string>, names: readonly string[]): Promise<void> {
    const lines: string[] = [];
    for (const [i, [path, text]] of [...added].entries()) {
      await this.#machine.writeFile(`${FOLDER}/added-${i}`, new TextEncoder().encode(text));
      lines.push(
        `touch /${path} && cat /${path} /host/${FOLDER}/added-${i} > /${path}-new && mv /${path}-new /${path}`,
      );
    }
    if (lines.length > 0) await this.#must(['set -e', ...lines].join('\n'), names);
  }

  async #must(script: string, names: readonly string[]): Promise<void> {
    const { status, stderr } = await this.#guest.sh(script);
    if (status !== 0) throw this.#guest.failed('unpack', names, lastLine(stderr) ?? `it ended with status ${status}`);
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
    const what = action === 'unpack' ? names.map((name) => `/host/${FOLDER}/${name}.deb`) : names;
    await this.#guest.run([...DPKG_OPTIONS, `--${action}`, ...what], action, names);
  }

  /** What other packages have to do about it, and whether dpkg finds all as it should be: it says nothing then. */
  async #finish(methods: Proposal['methods']): Promise<void> {
    this.#tell('checking', [], 1);
    const written = this.#written(methods).map(({ name }) => name);
    if (written.length > 0)
      await this.#guest.run([...DPKG_OPTIONS, '--triggers-only', '--pending'], 'configure', written);
    const marks = new TextEncoder().encode(this.#proposal.extendedStates);
    await this.#machine.writeFile(`${FOLDER}/extended_states`, marks);
    await this.#guest.check(`${MARK}; ${TIDY}`);
  }

  #tell(stage: InstallProgress['stage'], names: readonly string[], share: number): void {
    this.#options.signal?.throwIfAborted();
    this.#options.onProgress?.({ stage, names, share });
  }
}
