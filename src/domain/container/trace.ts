import * as v from 'valibot';

/** Chunk numbers of the disk in the order in which a cold boot first reads them (`…trace.v1+json`). */
export const TraceSchema = v.object({
  schemaVersion: v.literal(1),
  chunks: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
});
export type Trace = v.InferOutput<typeof TraceSchema>;
