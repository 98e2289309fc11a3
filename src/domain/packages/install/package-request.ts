import * as v from 'valibot';

/** `nginx`, `nginx:i386`, `nginx=1.22.1-9`: as a person names a package. */
const WantedSchema = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9+.-]*(?::[a-z0-9-]+)?(?:=[A-Za-z0-9.+:~-]+)?$/, 'no name of a package'),
);

/** What a machine wants and has: a file that is carried to where there is a network, and answered with packages. */
export const PackageRequestSchema = v.object({
  schemaVersion: v.literal(1),
  /** Of the machine. */
  title: v.pipe(v.string(), v.maxLength(200)),
  wanted: v.pipe(v.array(WantedSchema), v.minLength(1), v.maxLength(1000)),
  /** Its `/var/lib/dpkg/status`. */
  status: v.string(),
});
export type PackageRequest = v.InferOutput<typeof PackageRequestSchema>;

/** Names as a person writes them: with blanks or commas between them. */
export function parseWanted(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,]+/).filter((name) => v.is(WantedSchema, name)))];
}

/** What of such a text names no package. */
export function notWanted(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((name) => name !== '' && !v.is(WantedSchema, name));
}
