import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { RuntimeFiles } from '#ports/package-service.ts';
import type { InstallOptions, Machine } from '#ports/portolan.ts';

/** In the folder that page and guest share. */
const TEMPLATE = 'portolan-template.tar';
/** Files that are there already are the user's. */
const UNPACK = `set -e
trap 'rm -f "/host/${TEMPLATE}"' EXIT
mkdir -p "$1"
[ -z "$(ls -A "$1")" ] || exit 0
tar -xf "/host/${TEMPLATE}" -C "$1"
sync`;

/**
 * What a runtime brings beside its packages, once these are installed: its template, and its services, which start.
 * @throws AppError `packages/failed`, `services/*`, `machine/*`
 */
export async function afterInstall(
  machine: Pick<Machine, 'exec' | 'writeFile' | 'services'>,
  { config, template }: Pick<RuntimeFiles, 'config' | 'template'>,
  { signal, services = config.services }: Pick<InstallOptions, 'signal' | 'services'> = {},
): Promise<void> {
  if (config.template && template) {
    const { folder } = config.template;
    await unpack(machine, { title: config.title, folder, template }, { signal });
  }
  for (const service of services) await machine.services.add(service, { replace: true, signal });
}

async function unpack(
  machine: Pick<Machine, 'exec' | 'writeFile'>,
  { title, folder, template }: { readonly title: string; readonly folder: string; readonly template: Blob },
  options: Cancellable,
): Promise<void> {
  await machine.writeFile(TEMPLATE, new Uint8Array(await template.arrayBuffer()));
  const { status, stderr } = await machine.exec(['sh', '-c', UNPACK, 'sh', folder], options);
  if (status === 0) return;
  const names = `the template of ${title}`;
  throw new AppError('packages/failed', { action: 'unpack', names, detail: stderr.trim(), output: stderr });
}
