import { AppError } from '#domain/errors/index.ts';
import { parseDiskRoom } from '#domain/guest/index.ts';
import type { MachinePackages } from '#domain/packages/install/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Machine } from '#ports/portolan.ts';
import { SEPARATOR } from './guest-scripts.ts';

/** In the folder that page and guest share: what a program writes comes slowly. */
const FILE_PREFIX = 'portolan-facts-';
/** In the guest, a file with a separator: one program reads all, as starting one costs tens of milliseconds in an emulated machine. */
const SEPARATOR_FILE = '/run/portolan-separator';
/** What apt knows of packages, and dpkg's files, from its own folder; not all are on every machine. */
const STATES = ['status', '/var/lib/apt/extended_states'];
const RULES = ['/etc/dpkg/dpkg.cfg /etc/dpkg/dpkg.cfg.d/*', 'diversions', 'statoverride', 'triggers/File'];
/** What no file says; the lists of files each with its name before it. */
const ASK_MORE = `printf '%s\\n' updates/*; printf '\\036'; df -Pk .; printf '\\036'; cd info && tail -n +1 -- *.list`;
/** As the shell gives it when nothing is there. */
const NO_UPDATES = 'updates/*';

type Asked = Pick<Machine, 'exec' | 'readFile'>;

/** What a machine says of its packages. @throws AppError `packages/no-dpkg`, `machine/*`, `guest/*` */
export async function packagesOf(machine: Asked, options: Cancellable): Promise<MachinePackages> {
  const answers = await ask(machine, `${catOf([...STATES, ...RULES])}; ${ASK_MORE}`, options);
  const [status, extendedStates, config, diversions, overrides, fileTriggers, updates, room, ...lists] = answers;
  return {
    ...statesOf(status, extendedStates),
    lists: lists.join(SEPARATOR),
    unpacking: {
      config: config ?? '',
      diversions: diversions ?? '',
      overrides: overrides ?? '',
      fileTriggers: fileTriggers ?? '',
      updates: updates?.trim() === NO_UPDATES ? '' : (updates ?? ''),
    },
    freeBytes: parseDiskRoom(room ?? '')?.free ?? 0,
  };
}

/** The part of it that is quick to ask for. @throws AppError as `packagesOf` */
export async function packageStatesOf(
  machine: Asked,
  options: Cancellable,
): Promise<Pick<MachinePackages, 'status' | 'extendedStates'>> {
  const [status, extendedStates] = await ask(machine, catOf(STATES), options);
  return statesOf(status, extendedStates);
}

/** @param script in dpkg's folder. @returns its answers */
async function ask(machine: Asked, script: string, options: Cancellable): Promise<readonly string[]> {
  // A name of its own each time: the last one may still be being removed.
  const file = `${FILE_PREFIX}${crypto.randomUUID()}`;
  // In large pieces: each write is a message to the host.
  const whole = `cd /var/lib/dpkg && printf '\\036' > ${SEPARATOR_FILE} && { ${script}; } | dd of=/host/${file} bs=128k iflag=fullblock status=none`;
  const { status, stderr } = await machine.exec(['sh', '-c', whole], options);
  if (status !== 0)
    throw new AppError('packages/no-dpkg', { detail: stderr.trim() || `asking for them ended with status ${status}` });
  const answer = await machine.readFile(file);
  // Nobody has to wait until it is gone.
  void machine.exec(['rm', '-f', `/host/${file}`]).catch(() => undefined);
  return new TextDecoder().decode(answer).split(SEPARATOR);
}

/** Each file's content with a separator after it. */
function catOf(files: readonly string[]): string {
  return `cat ${files.map((file) => `${file} ${SEPARATOR_FILE}`).join(' ')} 2> /dev/null`;
}

function statesOf(status = '', extendedStates = ''): Pick<MachinePackages, 'status' | 'extendedStates'> {
  return { status: new TextEncoder().encode(status), extendedStates };
}
