/** Bytes that are no UTF-8 become these and the byte, as Python's `surrogateescape` has it: no name is lost or made equal. */
const ESCAPE = 0xdc00;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** A name in an archive, which is bytes, as text that `encodeName` makes the same bytes of. */
export function decodeName(bytes: Uint8Array): string {
  const whole = decodeStrictly(bytes);
  if (whole !== undefined) return whole;
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const [character, length] = characterAt(bytes, at);
    text += character;
    at += length;
  }
  return text;
}

/** The bytes of a name. */
export function encodeName(name: string): Uint8Array<ArrayBuffer> {
  if (!/\p{Cs}/u.test(name)) return encoder.encode(name);
  const bytes: number[] = [];
  for (const character of name) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff) bytes.push(code - ESCAPE);
    else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
}

function characterAt(bytes: Uint8Array, at: number): [character: string, length: number] {
  const first = bytes[at] ?? 0;
  const length = sequenceLength(first);
  const character = at + length <= bytes.length ? decodeStrictly(bytes.subarray(at, at + length)) : undefined;
  return character === undefined ? [String.fromCharCode(ESCAPE + first), 1] : [character, length];
}

/** How many bytes a character has that begins with this one (RFC 3629, 3). */
function sequenceLength(first: number): number {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}
