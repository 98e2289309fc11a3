import { DigestSchema, type Digest } from '#domain/container/index.ts';
import * as v from 'valibot';

/** A digest that differs by its hex digits: one is repeated, more are its end. */
export function digest(hex: string): Digest {
  return v.parse(DigestSchema, `sha256:${hex.length === 1 ? hex.repeat(64) : hex.padStart(64, '0')}`);
}

/** One that says nothing. */
export const DIGEST = digest('0');
