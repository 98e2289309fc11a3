import { AppError } from '#domain/errors/index.ts';
import {
  DPKG_OPTIONS,
  dpkgRuns,
  type DpkgRun,
  type InstallMethod,
  type Proposal,
} from '#domain/packages/install/index.ts';
import type { Machine } from '#ports/portolan.ts';
import type { InstallOptions, InstallProgress } from '#ports/package-installation.ts';
import type { PackageService } from '#ports/package-service.ts';
import { GuestDpkg, lastLine } from './guest-dpkg.ts';

export type Installable = Pick<Machine, 'exec' | 'writeFile'>;

/** In the folder that page and guest share. */
const FOLDER = 'portolan-packages';
/** Bytes of files that are written at a time: page, worker and guest hold them once each. */
const MOST_WRITTEN = 32 * 1024 * 1024;
/** Nobody starts services behind the user's back while packages are put in place (invoke-rc.d(8)); its own policy stays. */
const PREPARE =
  '[ -e /usr/sbin/policy-rc.d ] || { printf "#!/bin/sh\\nexit 101\\n" > /usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d; touch /run/portolan-policy; }';
const TIDY = `[ ! -e /run/portolan-policy ] || rm -f /usr/sbin/policy-rc.d /run/portolan-policy; rm -rf /host/${FOLDER}; sync`;
/** For apt, where there is one. */
const MARK = `[ ! -d /var/lib/apt ] || cat /host/${FOLDER}/extended_states > /var/lib/apt/extended_states`;
/** Says what stands in the way of writing packages; nothing, when nothing does. */
const CHECK = `cd /host/${FOLDER}
while IFS= read -r path; do if [ -e "$path" ] || [ -L "$path" ]; then echo "$path"; fi; done < absent
while IFS= read -r path; do if [ -d "$path" ] && [ ! -L "$path" ]; then echo "$path"; fi; done < no-folders
ls /var/lib/dpkg/updates
pidof dpkg apt apt-get || true`;
/**
 * Folders that are there keep their owners and modes, and links to folders stay, as with dpkg. Without -P, tar makes links that lead
 * out of their folder last, and until then has another mode for the folders around them, which it keeps when they come once more.
 */
const UNTAR = `tar -x -p -P -f /host/${FOLDER}/files.tar -C / --no-overwrite-dir --keep-directory-symlink --warning=no-timestamp`;

/** Puts planned packages onto a machine. What it leaves when it fails is not to be kept. */
export class Installation {
  readonly #machine: Installable;
  readonly #service: PackageService;
  readonly #files: readonly Blob[];
  readonly #proposal: Proposal;
  readonly #options: InstallOptions;
  readonly #guest: GuestDpkg;

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
  }

  /** @returns what dpkg has said */
  async run(): Promise<string> {
    await this.#guest.sh(PREPARE);
    const methods = await this.#methods();
    await this.#write(methods);
    await this.#handOver(methods);
    const runs = dpkgRuns({ steps: this.#proposal.plan.steps }, methods);
    for (const [i, run] of runs.entries()) {
      this.#tell(run.action, run.names, i / runs.length);
      await this.#dpkg(run);
    }
    await this.#finish(methods);
    return this.#guest.output;
  }

  /** dpkg does it all where something is in the way that was not to be foreseen. */
  async #methods(): Promise<Proposal['methods']> {
    const { methods, conditions } = this.#proposal;
    if ([...methods.values()].every((method) => method === 'dpkg')) return methods;
    const lines = (paths: readonly string[]): Uint8Array<ArrayBuffer> =>
      new TextEncoder().encode(paths.map((path) => `${path}\n`).join(''));
    await this.#machine.writeFile(`${FOLDER}/absent`, lines(conditions.absent));
    await this.#machine.writeFile(`${FOLDER}/no-folders`, lines(conditions.noFolders));
    const { stdout } = await this.#guest.sh(CHECK);
    if (stdout.trim() === '') return methods;
    return new Map([...methods.keys()].map((name): [string, InstallMethod] => [name, 'dpkg']));
  }

  /** Writes packages, and what dpkg's database says of them. */
  async #write(methods: Proposal['methods']): Promise<void> {
    const chosen = this.#proposal.plan.packages.filter(({ name }) => methods.get(name) !== 'dpkg');
    const files = chosen.map(({ name, file }) => ({
      file: this.#given(name, file.path),
      isConfigured: methods.get(name) === 'configured',
    }));
    for (let at = 0; at < files.length;) {
      this.#tell('unpack', [chosen[at]?.name ?? ''], at / files.length);
      const { unpacking } = this.#proposal.conditions;
      const { archive, added, taken } = await this.#service.writeDirectly(
        files.slice(at),
        unpacking,
        MOST_WRITTEN,
        this.#guest.waiting(),
      );
      await this.#machine.writeFile(`${FOLDER}/files.tar`, archive);
      const names = chosen.slice(at, at + taken).map(({ name }) => name);
      await this.#addFiles(added, names);
      at += taken;
    }
  }

  /** dpkg's database comes last, each file of it whole. */
  async #addFiles(added: Readonly<Record<string, string>>, names: readonly string[]): Promise<void> {
    const lines: string[] = [];
    for (const [i, [path, text]] of Object.entries(added).entries()) {
      await this.#machine.writeFile(`${FOLDER}/added-${i}`, new TextEncoder().encode(text));
      lines.push(
        `touch /${path} && cat /${path} /host/${FOLDER}/added-${i} > /${path}-new && mv /${path}-new /${path}`,
      );
    }
    const { status, stderr } = await this.#guest.sh(
      ['set -e', UNTAR, ...lines, `rm /host/${FOLDER}/files.tar`].join('\n'),
    );
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
    const written = [...methods].filter(([, method]) => method !== 'dpkg').map(([name]) => name);
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
