import { readFile } from 'node:fs/promises';
import type { Plan } from '#domain/packages/index.ts';
import { DPKG_ENVIRONMENT, DPKG_OPTIONS, dpkgRuns, type InstallMethod } from '#domain/packages/install/index.ts';
import type { Machine } from '#ports/portolan.ts';
import { memoryStorage } from '#storage/index.ts';
import { Installation } from '../../src/app/packages/installation.ts';
import { packagesOf } from '../../src/app/packages/machine-packages.ts';
import { PackageHost } from '../../workers/packages/package-host.ts';

/** A system that packages are installed into. */
export type Target = Pick<Machine, 'exec' | 'writeFile' | 'readFile'>;

/** Packages to install, and where their .deb files are, by package. */
export interface Choice {
  readonly plan: Plan;
  readonly files: ReadonlyMap<string, string>;
}

export interface Comparison {
  /** How each package came. */
  readonly methods: ReadonlyMap<string, InstallMethod>;
  /** What is not the same: lines, `-` before those of dpkg alone, `+` before ours. */
  readonly differences: readonly string[];
}

/** Files with a later change than this one are those that an installation has written. */
const MARK = '/run/portolan-mark';
const REPORT = 'portolan-fingerprint';
/** Not of the system, or of this moment. */
const ELSEWHERE = ['proc', 'sys', 'dev', 'run', 'tmp', 'host', 'debs', 'var/log', 'var/cache/ldconfig'];
/** What dpkg and apt keep of before, what ldconfig makes anew, and what runsvdir writes when it looks at its services. */
const FLEETING = ['-old ', '-old$', 'dpkg/lock', 'triggers/', 'apt/extended_states', 'ld.so.cache', '.forced-rescan']
  .map((each) => `-e '${each}'`)
  .join(' ');
/**
 * All that a system is, but times: each path with its kind, mode, owner, group and target; MD5 of what was written; what dpkg finds
 * amiss.
 */
const FINGERPRINT = `cd /
pruned() { find . -xdev \\( ${ELSEWHERE.map((path) => `-path ./${path}`).join(' -o ')} \\) -prune -o "$@"; }
{
  pruned -printf '%p %y %m %U %G %l\\n' | grep -v ${FLEETING} | sort
  pruned -type f -cnewer ${MARK} -exec md5sum {} + | grep -v ${FLEETING} | sort -k 2
  dpkg --audit
} > /host/${REPORT}`;

/** Names the package that was asked for. */
export function wantedOf({ packages }: Plan): string {
  return packages.find(({ isWanted }) => isWanted)?.name ?? '';
}

/** Installs packages into one of two equal systems as the page does, into the other as dpkg does it alone. */
export async function compareInstalls(choice: Choice, [a, b]: readonly [Target, Target]): Promise<Comparison> {
  const methods = await installOurs(a, choice);
  await installByDpkg(b, choice);
  return { methods, differences: differencesOf(await fingerprint(b), await fingerprint(a)) };
}

async function installOurs(machine: Target, { plan, files }: Choice): Promise<Comparison['methods']> {
  await run(machine, ['touch', MARK]);
  const service = new PackageHost(() => Promise.resolve(memoryStorage()));
  const blobs = await Promise.all([...files.values()].map(async (file) => new Blob([await readFile(file)])));
  const proposal = await service.propose(await service.read(blobs), await packagesOf(machine, {}), {
    wanted: [wantedOf(plan)],
  });
  if (proposal.kind !== 'proposal') throw new Error(proposal.text);
  await new Installation(machine, service, blobs, proposal, {}).run();
  return proposal.methods;
}

async function installByDpkg(machine: Target, { plan, files }: Choice): Promise<void> {
  await run(machine, ['touch', MARK]);
  for (const { name } of plan.packages)
    await machine.writeFile(`${name}.deb`, Uint8Array.from(await readFile(files.get(name) ?? '')));
  const policy = 'printf "#!/bin/sh\\nexit 101\\n" > /usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d';
  await run(machine, ['sh', '-c', policy]);
  for (const { action, names } of dpkgRuns(plan)) {
    const what = action === 'unpack' ? names.map((name) => `/host/${name}.deb`) : names;
    await run(machine, ['dpkg', '--force-unsafe-io', ...DPKG_OPTIONS, `--${action}`, ...what]);
  }
  await run(machine, ['rm', '/usr/sbin/policy-rc.d']);
}

async function fingerprint(machine: Target): Promise<string> {
  await run(machine, ['sh', '-c', FINGERPRINT]);
  return new TextDecoder().decode(await machine.readFile(REPORT));
}

async function run(machine: Target, argv: readonly string[]): Promise<void> {
  const { status, stderr } = await machine.exec(argv, { env: DPKG_ENVIRONMENT });
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with status ${status}: ${stderr}`);
}

function differencesOf(theirs: string, ours: string): readonly string[] {
  const lost = linesOutside(theirs, ours).map((line) => `- ${line}`);
  return [...lost, ...linesOutside(ours, theirs).map((line) => `+ ${line}`)];
}

function linesOutside(text: string, other: string): readonly string[] {
  const others = new Set(other.split('\n'));
  return text.split('\n').filter((line) => !others.has(line));
}
