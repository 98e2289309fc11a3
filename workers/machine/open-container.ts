import type { Cancellable } from '#ports/cancellation.ts';
import type { StartRequest } from '#ports/machine-service.ts';
import { ContainerClient, type ContentClientParts, type Storage } from '#storage/index.ts';
import { contentAccess } from '../kept/content-access.ts';

/** Who hears of what happens while the container is read. */
export type ContainerListeners = Pick<ContentClientParts, 'onNotice' | 'onRead'>;

/**
 * Opens the container of a machine: what is on the device is read by this thread, the rest by the service worker, or by
 * this thread where there is none.
 * @throws AppError `container/unavailable`, `source/*`, `chunk/digest-mismatch`, `format/invalid`
 */
export function openContainer(
  { manifest: { digest }, sources, ...access }: StartRequest,
  storage: Storage,
  { onNotice, onRead }: ContainerListeners,
  options: Cancellable,
): Promise<ContainerClient> {
  return ContainerClient.open(
    { manifest: digest, sources, ...contentAccess(access, storage), onNotice, onRead },
    options,
  );
}
