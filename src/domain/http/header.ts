/**
 * A header field: its name and its value. Values are byte strings, as fetch has them: a character stands for a byte
 * (RFC 9110, 5.5 knows no other encoding for what is not ASCII).
 */
export type Header = readonly [name: string, value: string];

/** Header fields in the order in which they stand in a message; a name may come again. */
export type HeaderList = readonly Header[];

/** RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;
/** RFC 9110, 5.5: no control character but the tab, so neither a line's end nor a NUL. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

export function isFieldValue(text: string): boolean {
  return FIELD_VALUE.test(text);
}

/** All values of a field, in order; the name in lower case. */
export function fieldValues(headers: HeaderList, name: string): string[] {
  return headers.flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []));
}

/** The first value of a field; the name in lower case. */
export function fieldValue(headers: HeaderList, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

/** The members of a field that is a list of tokens (RFC 9110, 5.6.1), in lower case. */
export function fieldTokens(headers: HeaderList, name: string): string[] {
  const members = fieldValues(headers, name).flatMap((value) => value.split(','));
  return members.map((member) => member.trim().toLowerCase()).filter((member) => member !== '');
}

/** Leaves out all fields of these names, which are in lower case. */
export function withoutFields(headers: HeaderList, names: Iterable<string>): HeaderList {
  const left = new Set(names);
  return headers.filter(([name]) => !left.has(name.toLowerCase()));
}
