import type { Origin } from './chunk-reader.ts';

/** Bytes of an answer by where they came from: the value of `LOCAL_ORIGIN_HEADER`. */
export type OriginBytes = Readonly<Record<Origin, number>>;

export function formatOrigins({ memory, device, network }: OriginBytes): string {
  return `memory=${memory}, device=${device}, network=${network}`;
}

/** What is not said counts as 0. */
export function parseOrigins(text: string): OriginBytes {
  const of = (name: Origin): number => Number(new RegExp(`\\b${name}=(\\d{1,15})\\b`).exec(text)?.[1] ?? 0);
  return { memory: of('memory'), device: of('device'), network: of('network') };
}
