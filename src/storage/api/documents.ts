import * as v from 'valibot';
import { CatalogEntrySchema, DigestSchema } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';

/** Longest text of a request's body. */
export const MAX_BODY_LENGTH = 64 * 1024;

/** What JSON leaves out. */
const absent = <S extends v.GenericSchema>(schema: S) => v.optional(schema, () => undefined);
const Time = absent(v.number());
const ErrorSchema = v.pipe(
  v.unknown(),
  v.transform((record) => AppError.fromRecord(record).toRecord()),
);

const SignatureSchema = v.variant('name', [
  v.object({ name: v.literal('unsigned') }),
  v.object({ name: v.literal('signed'), keyId: v.string() }),
  v.object({ name: v.literal('refused'), error: ErrorSchema }),
]);

const ForeignSchema = v.object({
  format: v.literal('rts.png'),
  id: v.string(),
  title: v.string(),
  summary: v.string(),
  tags: v.array(v.string()),
  size: v.number(),
  url: v.string(),
  thumbnailUrl: absent(v.string()),
});

/** `GET catalog`. */
export const CatalogAnswerSchema = v.object({
  entries: v.array(
    v.object({
      entry: CatalogEntrySchema,
      mirrors: v.array(v.string()),
      conflicts: v.array(DigestSchema),
      staleSince: Time,
      signature: SignatureSchema,
    }),
  ),
  foreign: v.array(v.object({ entry: ForeignSchema, source: v.string(), staleSince: Time })),
});

/** `GET catalog/remote`. */
export const RemoteAnswerSchema = v.object({
  url: v.string(),
  entries: v.array(CatalogEntrySchema),
  foreign: v.array(ForeignSchema),
  signature: SignatureSchema,
});

/** `POST servers`, `PATCH servers`. */
export const SourceAnswerSchema = v.object({
  url: v.string(),
  name: v.string(),
  priority: v.number(),
  enabled: v.boolean(),
  embedded: v.boolean(),
  entries: v.number(),
  readAt: Time,
  stale: v.boolean(),
  health: v.object({
    latency: absent(v.number()),
    failures: v.number(),
    error: absent(ErrorSchema),
    retryAt: Time,
  }),
  signature: SignatureSchema,
});

/** `GET servers`. */
export const SourcesAnswerSchema = v.object({ servers: v.array(SourceAnswerSchema) });

const settings = {
  name: v.exactOptional(v.pipe(v.string(), v.maxLength(1000))),
  priority: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  enabled: v.exactOptional(v.boolean()),
  key: v.exactOptional(v.pipe(v.string(), v.maxLength(1000))),
};

/** What is sent with `POST servers` and `PATCH servers`. */
export const ServerBodySchema = v.strictObject({ url: v.string(), ...settings });

/** What is sent with `POST health`. */
export const HealthBodySchema = v.strictObject({ url: v.exactOptional(v.string()) });

/** The query of `GET catalog`. */
export const CatalogQuerySchema = v.strictObject({
  q: v.exactOptional(v.string()),
  kind: v.exactOptional(v.picklist(['container', 'runtime'])),
  source: v.exactOptional(v.string()),
});

export const RemoteQuerySchema = v.strictObject({ remote_url: v.string() });
export const ServerQuerySchema = v.strictObject({ url: v.string() });
export const NoQuerySchema = v.strictObject({});
