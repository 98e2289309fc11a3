import { AppError } from '#domain/errors/index.ts';
import { parseDiskRoom } from '#domain/guest/index.ts';
import type { MachinePackages } from '#domain/packages/install/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Machine } from '#ports/portolan.ts';

/** In the folder that page and guest share: what a program writes comes slowly. */
const FILE = 'portolan-facts';
/** Between the answers of one call: starting a program costs tens of milliseconds in an emulated machine. */
const SEPARATOR = '\u001E';
/** In the order in which they are read. */
const QUESTIONS = [
  'cat status',
  // Each list with its name before it.
  '(cd info && tail -n +1 -- *.list)',
  'cat /etc/dpkg/dpkg.cfg /etc/dpkg/dpkg.cfg.d/* 2> /dev/null',
  'cat diversions',
  'cat statoverride 2> /dev/null',
  'cat triggers/File 2> /dev/null',
  'ls updates',
  'cat /var/lib/apt/extended_states 2> /dev/null',
  'df -Pk . | tail -n 1',
];
const ASK = `{ ${QUESTIONS.join(`; printf '\\036'; `)}; }`;
/** In large pieces: each write is a message to the host. */
const SCRIPT = `cd /var/lib/dpkg && ${ASK} | dd of=/host/${FILE} bs=128k iflag=fullblock status=none`;

/** What a machine says of its packages. @throws AppError `packages/no-dpkg`, `machine/*`, `guest/*` */
export async function packagesOf(
  machine: Pick<Machine, 'exec' | 'readFile'>,
  options: Cancellable,
): Promise<MachinePackages> {
  const { status: exit, stderr } = await machine.exec(['sh', '-c', SCRIPT], options);
  if (exit !== 0)
    throw new AppError('packages/no-dpkg', { detail: stderr.trim() || `asking for them ended with status ${exit}` });
  const answers = new TextDecoder().decode(await machine.readFile(FILE)).split(SEPARATOR);
  await machine.exec(['rm', `/host/${FILE}`], options);
  const [
    status = '',
    lists = '',
    config = '',
    diversions = '',
    overrides = '',
    fileTriggers = '',
    updates = '',
    extendedStates = '',
    room = '',
  ] = answers;
  return {
    status: new TextEncoder().encode(status),
    lists,
    unpacking: { config, diversions, overrides, fileTriggers, updates },
    extendedStates,
    freeBytes: parseDiskRoom(room)?.free ?? 0,
  };
}
