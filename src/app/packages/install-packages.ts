import { AppError } from '#domain/errors/index.ts';
import {
  DPKG_ENVIRONMENT,
  DPKG_OPTIONS,
  dpkgRuns,
  type DpkgRun,
  type Proposal,
} from '#domain/packages/install/index.ts';
import type { InstallOptions, InstallReport, Machine } from '#ports/portolan.ts';
import { startPackageWorker, withWorker } from '../workers.ts';

type Installable = Pick<Machine, 'exec' | 'writeFile' | 'checkpoint' | 'restore' | 'forget'>;

/** `finish` is part of the installation: when it fails, the machine is as it was. */
type Options = InstallOptions & { readonly finish?: (() => Promise<void>) | undefined };

/** In the folder that page and guest share. */
const FOLDER = 'portolan-packages';
/** Minutes that one call of dpkg may take: a script that waits for something waits for ever. */
const RUN_MINUTES = 15;
/** Characters of what dpkg has said that are shown with an error: its end. */
const TOLD = 4000;
/** Nobody starts services behind the user's back while packages are put in place (invoke-rc.d(8)); its own policy stays. */
const PREPARE =
  '[ -e /usr/sbin/policy-rc.d ] || { printf "#!/bin/sh\\nexit 101\\n" > /usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d; touch /run/portolan-policy; }';
const TIDY = `[ ! -e /run/portolan-policy ] || rm -f /usr/sbin/policy-rc.d /run/portolan-policy; rm -rf /host/${FOLDER}; sync`;

/** As `Portolan.installPackages`. */
export async function installPackages(
  machine: Installable,
  files: readonly Blob[],
  proposal: Proposal,
  options: Options = {},
): Promise<InstallReport> {
  for (const { package: name, path, owner } of proposal.conflicts) {
    throw new AppError('packages/conflict', { name, path, owner });
  }
  options.onProgress?.({ stage: 'saving', names: [], share: 0 });
  const before = await machine.checkpoint(titleOf(proposal));
  try {
    const output = await new Installation(machine, files, proposal, options).run();
    await options.finish?.();
    await machine.forget(before.id);
    return { output };
  } catch (error) {
    options.onProgress?.({ stage: 'undoing', names: [], share: 0 });
    await machine.restore(before.id);
    await machine.forget(before.id);
    throw error;
  }
}

/** Names have a limit of 80 characters. */
function titleOf({ plan }: Proposal): string {
  return `Before installing ${plan.packages.map(({ name }) => name).join(', ')}`.slice(0, 80);
}

class Installation {
  readonly #machine: Installable;
  readonly #files: readonly Blob[];
  readonly #proposal: Proposal;
  readonly #options: InstallOptions;
  #output = '';

  constructor(machine: Installable, files: readonly Blob[], proposal: Proposal, options: InstallOptions) {
    this.#machine = machine;
    this.#files = files;
    this.#proposal = proposal;
    this.#options = options;
  }

  /** @returns what dpkg has said */
  async run(): Promise<string> {
    await this.#handOver();
    await this.#machine.exec(['sh', '-c', PREPARE], this.#waiting());
    const runs = dpkgRuns(this.#proposal.plan);
    for (const [i, run] of runs.entries()) {
      this.#tell(run.action, run.names, i / runs.length);
      await this.#dpkg(run);
    }
    this.#tell('checking', [], 1);
    await this.#audit();
    await this.#machine.exec(['sh', '-c', TIDY], this.#waiting());
    return this.#output;
  }

  /** Puts the packages, uncompressed, where the guest sees them. */
  async #handOver(): Promise<void> {
    const { packages } = this.#proposal.plan;
    await withWorker(startPackageWorker, async (service) => {
      for (const [i, { name, file }] of packages.entries()) {
        this.#tell('preparing', [name], i / packages.length);
        const given = this.#files[Number(file.path)];
        if (!given) throw new AppError('app/unexpected', { detail: `the plan has ${name}, which was not given` });
        const bytes = await service.store(given, this.#waiting());
        await this.#machine.writeFile(`${FOLDER}/${name}.deb`, bytes);
      }
    });
  }

  async #dpkg({ action, names }: DpkgRun): Promise<void> {
    const what = action === 'unpack' ? names.map((name) => `/host/${FOLDER}/${name}.deb`) : names;
    const argv = ['dpkg', ...DPKG_OPTIONS, `--${action}`, ...what];
    const { status, stdout, stderr } = await this.#machine.exec(argv, { ...this.#waiting(), env: DPKG_ENVIRONMENT });
    this.#output += stdout + stderr;
    if (status !== 0) throw this.#failed(action, names, lastLine(stderr) ?? `it ended with status ${status}`);
  }

  /** dpkg says what is not as it should be, and nothing else. */
  async #audit(): Promise<void> {
    const { stdout } = await this.#machine.exec(['dpkg', '--audit'], this.#waiting());
    if (stdout.trim() !== '') throw this.#failed('check', ['what it has installed'], stdout.trim());
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

  #tell(
    stage: Parameters<NonNullable<InstallOptions['onProgress']>>[0]['stage'],
    names: readonly string[],
    share: number,
  ): void {
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
