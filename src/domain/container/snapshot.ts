import type { Descriptor, Digest } from './descriptor.ts';
import { SNAPSHOT_ANNOTATIONS } from './media-types.ts';

/** What a saved engine state is bound to. It restores only where all four are the same. */
export interface SnapshotBinding {
  readonly engine: string;
  readonly engineVersion: string;
  /** Guest memory in bytes. */
  readonly memory: number;
  /** Digest of the compressed disk blob. */
  readonly disk: Digest;
}

/** A binding as annotations of a snapshot's descriptor. */
export function bindingToAnnotations(binding: SnapshotBinding): Record<string, string> {
  return {
    [SNAPSHOT_ANNOTATIONS.engine]: binding.engine,
    [SNAPSHOT_ANNOTATIONS.engineVersion]: binding.engineVersion,
    [SNAPSHOT_ANNOTATIONS.memory]: String(binding.memory),
    [SNAPSHOT_ANNOTATIONS.disk]: binding.disk,
  };
}

/** Names of what differs between a snapshot and the machine that would restore it; empty when it fits. */
export function snapshotMisfits(snapshot: Descriptor, machine: SnapshotBinding): string[] {
  const wanted = bindingToAnnotations(machine);
  return Object.entries(SNAPSHOT_ANNOTATIONS).flatMap(([name, key]) =>
    snapshot.annotations?.[key] === wanted[key] ? [] : [name],
  );
}
