import { AppError } from '#domain/errors/index.ts';
import {
  DPKG_ENVIRONMENT,
  DPKG_OPTIONS,
  dpkgRuns,
  type DpkgRun,
  type InstallMethod,
  type Proposal,
} from '#domain/packages/install/index.ts';
import type { InstallOptions, InstallProgress, Machine } from '#ports/portolan.ts';
import type { PackageService } from '#ports/package-service.ts';

export type Installable = Pick<Machine, 'exec' | 'writeFile'>;

/** In the folder that page and guest share. */
const FOLDER = 'portolan-packages';
/** Minutes that one call of the guest may take: a script that waits for something waits for ever. */
const RUN_MINUTES = 15;
/** Characters of what dpkg has said that are shown with an error: its end. */
const TOLD = 4000;
/** Bytes of files that are written at a time: page, worker and guest hold them once each. */
const MOST_WRITTEN = 32 * 1024 * 1024;
/** Nobody starts services behind the user's back while packages are put in place (invoke-rc.d(8)); its own policy stays. */
const PREPARE =
  '[ -e /usr/sbin/policy-rc.d ] || { printf "#!/bin/sh\\nexit 101\\n" > /usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d; touch /run/portolan-policy; }';
const TIDY = `[ ! -e /run/portolan-policy ] || rm -f /usr/sbin/policy-rc.d /run/portolan-policy; rm -rf /host/${FOLDER}; sync`;
/** Says what stands in the way of writing packages; nothing, when nothing does. */
const CHECK = `cd /host/${FOLDER}
while IFS= read -r path; do if [ -e "$path" ] || [ -L "$path" ]; then echo "$path"; fi; done < absent
while IFS= read -r path; do if [ -d "$path" ] && [ ! -L "$path" ]; then echo "$path"; fi; done < no-folders
ls /var/lib/dpkg/updates
pidof dpkg apt apt-get || true`;
/** Folders that are there keep their owners and modes, and links to folders stay, as with dpkg. */
const UNTAR = `tar -x -p -f /host/${FOLDER}/files.tar -C / --no-overwrite-dir --keep-directory-symlink --warning=no-timestamp`;

/** Puts planned packages onto a machine. What it leaves when it fails is not to be kept. */
export class Installation {
  readonly #machine: Installable;
  readonly #service: PackageService;
  readonly #files: readonly Blob[];
  readonly #proposal: Proposal;
  readonly #options: InstallOptions;
  #output = '';

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
  }

  /** @returns what dpkg has said */
  async run(): Promise<string> {
    await this.#sh(PREPARE);
    const methods = await this.#methods();
    await this.#write(methods);
    await this.#handOver(methods);
    const runs = dpkgRuns({ steps: this.#proposal.plan.steps }, methods);
    for (const [i, run] of runs.entries()) {
      this.#tell(run.action, run.names, i / runs.length);
      await this.#dpkg(run);
    }
    await this.#finish(methods);
    return this.#output;
  }

  /** dpkg does it all where something is in the way that was not to be foreseen. */
  async #methods(): Promise<Proposal['methods']> {
    const { methods, conditions } = this.#proposal;
    if ([...methods.values()].every((method) => method === 'dpkg')) return methods;
    const lines = (paths: readonly string[]): Uint8Array<ArrayBuffer> =>
      new TextEncoder().encode(paths.map((path) => `${path}\n`).join(''));
    await this.#machine.writeFile(`${FOLDER}/absent`, lines(conditions.absent));
    await this.#machine.writeFile(`${FOLDER}/no-folders`, lines(conditions.noFolders));
    const { stdout } = await this.#sh(CHECK);
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
        this.#waiting(),
      );
      await this.#machine.writeFile(`${FOLDER}/files.tar`, archive);
      const names = chosen.slice(at, at + taken).map(({ name }) => name);
      await this.#addFiles(added, names);
      at += taken;
    }
  }

  /** The database comes last, and whole or not at all. */
  async #addFiles(added: Readonly<Record<string, string>>, names: readonly string[]): Promise<void> {
    const lines: string[] = [];
    for (const [i, [path, text]] of Object.entries(added).entries()) {
      await this.#machine.writeFile(`${FOLDER}/added-${i}`, new TextEncoder().encode(text));
      lines.push(
        `touch /${path} && cat /${path} /host/${FOLDER}/added-${i} > /${path}-new && mv /${path}-new /${path}`,
      );
    }
    const { status, stderr } = await this.#sh(['set -e', UNTAR, ...lines, `rm /host/${FOLDER}/files.tar`].join('\n'));
    if (status !== 0) throw this.#failed('unpack', names, lastLine(stderr) ?? `it ended with status ${status}`);
  }

  /** Puts packages that dpkg unpacks, uncompressed, where the guest sees them. */
  async #handOver(methods: Proposal['methods']): Promise<void> {
    const chosen = this.#proposal.plan.packages.filter(({ name }) => methods.get(name) === 'dpkg');
    for (const [i, { name, file }] of chosen.entries()) {
      this.#tell('preparing', [name], i / chosen.length);
      const bytes = await this.#service.store(this.#given(name, file.path), this.#waiting());
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
    const argv = ['dpkg', ...DPKG_OPTIONS, `--${action}`, ...what];
    await this.#run(argv, action, names);
  }

  /** What other packages have to do about it, and whether dpkg finds all as it should be: it says nothing then. */
  async #finish(methods: Proposal['methods']): Promise<void> {
    this.#tell('checking', [], 1);
    const written = [...methods].filter(([, method]) => method !== 'dpkg').map(([name]) => name);
    if (written.length > 0)
      await this.#run(['dpkg', ...DPKG_OPTIONS, '--triggers-only', '--pending'], 'configure', written);
    const { stdout } = await this.#sh(`dpkg --audit; ${TIDY}`);
    if (stdout.trim() !== '') throw this.#failed('check', ['what it has installed'], stdout.trim());
  }

  async #run(argv: readonly string[], action: string, names: readonly string[]): Promise<void> {
    const { status, stdout, stderr } = await this.#machine.exec(argv, { ...this.#waiting(), env: DPKG_ENVIRONMENT });
    this.#output += stdout + stderr;
    if (status !== 0) throw this.#failed(action, names, lastLine(stderr) ?? `it ended with status ${status}`);
  }

  #sh(script: string): ReturnType<Machine['exec']> {
    return this.#machine.exec(['sh', '-c', script], this.#waiting());
  }

  #failed(action: string, names: readonly string[], detail: string): AppError {
    return new AppError('packages/failed', {
      action,
      names: names.join(', '),
      detail,
      output: this.#output.slice(-TOLD),
    });
  }

  #waiting(): { readonly signal: AbortSignal } {
    const late = AbortSignal.timeout(RUN_MINUTES * 60_000);
    const { signal } = this.#options;
    return { signal: signal ? AbortSignal.any([signal, late]) : late };
  }

  #tell(stage: InstallProgress['stage'], names: readonly string[], share: number): void {
    this.#options.signal?.throwIfAborted();
    this.#options.onProgress?.({ stage, names, share });
  }
}

function lastLine(text: string): string | undefined {
  return text
    .trim()
    .split('\n')
    .findLast((line) => line.trim() !== '')
    ?.trim();
}
