import { AppError } from '#domain/errors/index.ts';
import { withAutomatic, type Plan, type PlannedPackage } from '#domain/packages/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Machine } from '#ports/portolan.ts';

const FILE = '/var/lib/apt/extended_states';
/** Prints the machine's architecture, and what apt knows. */
const READ = `dpkg --print-architecture && { cat ${FILE} 2> /dev/null || true; }`;
const WRITE = `mkdir -p ${FILE.replace(/\/[^/]*$/, '')} && cat > ${FILE}.new && mv ${FILE}.new ${FILE}`;

/**
 * Notes which packages have come only because others need them, as apt does: they may go when nothing needs them any more. What is
 * wanted is noted as such, though it may have been there for others; what was only upgraded stays what it was.
 * @throws AppError `packages/failed`, `machine/*`
 */
export async function markAutomatic(
  machine: Pick<Machine, 'exec'>,
  { packages }: Pick<Plan, 'packages'>,
  { signal }: Cancellable = {},
): Promise<void> {
  const { stdout } = await machine.exec(['sh', '-c', READ], { signal });
  const [architecture = '', ...lines] = stdout.split('\n');
  const placeOf = ({ name, architecture: own }: PlannedPackage) => ({
    name: name.split(':', 1)[0] ?? name,
    architecture: own === 'all' ? architecture : own,
  });
  const before = lines.join('\n');
  const wanted = packages.filter(({ isWanted }) => isWanted);
  const needed = packages.filter(({ isWanted, replaces }) => !isWanted && replaces === undefined);
  const manual = withAutomatic(before, wanted.map(placeOf), false);
  const stdin = withAutomatic(manual, needed.map(placeOf), true);
  if (stdin === before) return;
  const { status, stderr } = await machine.exec(['sh', '-c', WRITE], { signal, stdin });
  if (status === 0) return;
  const names = needed.map(({ name }) => name).join(', ');
  throw new AppError('packages/failed', { action: 'note', names, detail: stderr.trim(), output: stderr });
}
