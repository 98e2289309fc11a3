import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { RuntimeFiles } from '#ports/package-service.ts';
import type { Machine } from '#ports/portolan.ts';

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
 * What a runtime brings beside its packages, once these are installed: its template.
 * @throws AppError `packages/failed`, `machine/*`
 */
export async function afterInstall(
  machine: Pick<Machine, 'exec' | 'writeFile'>,
  { config, template }: Pick<RuntimeFiles, 'config' | 'template'>,
  { signal }: Cancellable = {},
): Promise<void> {
  if (!config.template || !template) return;
  await machine.writeFile(TEMPLATE, new Uint8Array(await template.arrayBuffer()));
  const { status, stderr } = await machine.exec(['sh', '-c', UNPACK, 'sh', config.template.folder], { signal });
  if (status === 0) return;
  throw new AppError('packages/failed', {
    action: 'unpack',
    names: `the template of ${config.title}`,
    detail: stderr.trim(),
    output: stderr,
  });
}
