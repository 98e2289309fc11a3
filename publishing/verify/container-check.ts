import {
  blobPath,
  CHUNK_BYTES,
  MachineConfigSchema,
  ManifestSchema,
  parseJson,
  readArtifact,
  SNAPSHOT_ANNOTATIONS,
  TraceSchema,
  type ArtifactParts,
  type CatalogEntry,
  type ChunkedLayer,
  type ContainerParts,
  type Descriptor,
  type MachineConfig,
} from '#domain/container/index.ts';
import type { BlobChecks } from './blob-check.ts';
import type { Findings } from './findings.ts';
import { checkRuntime } from './runtime-check.ts';

/** What was found at a manifest. */
export interface CheckedArtifact {
  readonly kind: CatalogEntry['kind'];
  /** Of all its blobs. */
  readonly bytes: number;
}

/** Checks a container or runtime, whole. @returns undefined when its manifest cannot be read */
export async function checkArtifact(
  manifest: Descriptor,
  blobs: BlobChecks,
  findings: Findings,
): Promise<CheckedArtifact | undefined> {
  const path = blobPath(manifest.digest);
  const text = await blobs.text(manifest);
  const artifact = text === undefined ? undefined : await findings.attempt(path, () => readArtifact(text));
  if (artifact?.kind === 'runtime') findings.runtimes++;
  else findings.containers++;
  if (text === undefined || !artifact) return undefined;
  const { config, layers } = parseJson(ManifestSchema, text, path);
  const isChecked = await checkKind(artifact, blobs, findings);
  for (const layer of layers.filter((each) => !isChecked(each))) await blobs.whole(layer);
  return { kind: artifact.kind, bytes: [manifest, config, ...layers].reduce((sum, { size }) => sum + size, 0) };
}

/** @returns true for layers that were looked into */
async function checkKind(
  artifact: ArtifactParts,
  blobs: BlobChecks,
  findings: Findings,
): Promise<(layer: Descriptor) => boolean> {
  if (artifact.kind === 'container') {
    await checkParts(artifact.parts, blobs, findings);
    return (layer) => isCheckedPart(artifact.parts, layer);
  }
  await checkRuntime(artifact.parts, blobs, findings);
  const { blob, chunks } = artifact.parts.packages;
  return ({ digest }) => digest === blob.digest || digest === chunks.digest;
}

async function checkParts(parts: ContainerParts, blobs: BlobChecks, findings: Findings): Promise<void> {
  const config = await checkConfig(parts, blobs, findings);
  const diskSize = await blobs.chunked(parts.disk);
  if (config && diskSize !== undefined && diskSize !== config.diskSize) {
    const detail = `it announces a disk of ${config.diskSize} bytes; the disk has ${diskSize}`;
    findings.add(blobPath(parts.config.digest), detail);
  }
  for (const snapshot of parts.snapshots) {
    await blobs.chunked(snapshot);
    checkBinding(snapshot, parts, findings);
  }
  if (config) await checkTrace(parts, config, blobs, findings);
}

async function checkConfig(
  { config, kernel }: ContainerParts,
  blobs: BlobChecks,
  findings: Findings,
): Promise<MachineConfig | undefined> {
  const path = blobPath(config.digest);
  const text = await blobs.text(config);
  const machine =
    text === undefined ? undefined : await findings.attempt(path, () => parseJson(MachineConfigSchema, text, path));
  if (machine?.engines.includes('v86') === true && !kernel)
    findings.add(path, 'it names the engine v86, which needs a kernel, and there is none');
  return machine;
}

/** A snapshot of another disk would be refused by every engine. */
function checkBinding({ blob }: ChunkedLayer, { disk }: ContainerParts, findings: Findings): void {
  const lacking = Object.values(SNAPSHOT_ANNOTATIONS).filter((name) => blob.annotations?.[name] === undefined);
  const path = blobPath(blob.digest);
  if (lacking.length > 0) findings.add(path, `the manifest does not say of this snapshot: ${lacking.join(', ')}`);
  else if (blob.annotations?.[SNAPSHOT_ANNOTATIONS.disk] !== disk.blob.digest)
    findings.add(path, 'it is a snapshot of another disk than the manifest’s');
}

async function checkTrace(
  { trace }: ContainerParts,
  { diskSize }: MachineConfig,
  blobs: BlobChecks,
  findings: Findings,
): Promise<void> {
  const text = trace && (await blobs.text(trace));
  if (!trace || text === undefined) return;
  const path = blobPath(trace.digest);
  const read = await findings.attempt(path, () => parseJson(TraceSchema, text, path));
  const beyond = read?.chunks.find((index) => index * CHUNK_BYTES >= diskSize);
  if (beyond !== undefined) findings.add(path, `it names chunk ${beyond}, which is beyond the disk’s end`);
}

/** True for a layer that `checkParts` has looked into. */
function isCheckedPart({ disk, snapshots, trace }: ContainerParts, { digest }: Descriptor): boolean {
  const chunked = [disk, ...snapshots].flatMap(({ blob, chunks }) => [blob, chunks]);
  return [...chunked, ...(trace ? [trace] : [])].some((each) => each.digest === digest);
}
