import * as v from 'valibot';
import { ByteCountSchema } from './descriptor.ts';

/** A TCP port that something listens on. */
export const PortSchema = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));

/** Config blob of a container (`application/vnd.portolan.machine.v1+json`): what it needs to run and what is in it. */
export const MachineConfigSchema = v.object({
  title: v.string(),
  version: v.string(),
  /** Debian's name of the architecture; the engines run `i386`. */
  architecture: v.string(),
  /** Guest memory in bytes. */
  memory: v.pipe(ByteCountSchema, v.minValue(16 * 1024 * 1024)),
  /** Uncompressed length of the disk in bytes. */
  diskSize: ByteCountSchema,
  /** Engines that are known to run it, best first. */
  engines: v.array(v.picklist(['v86', 'cheerpx'])),
  kernelCommandLine: v.string(),
  ports: v.array(PortSchema),
  services: v.array(v.object({ name: v.string(), description: v.string() })),
  packages: v.array(v.object({ name: v.string(), version: v.string(), licences: v.array(v.string()) })),
});
export type MachineConfig = v.InferOutput<typeof MachineConfigSchema>;
