/** The bytes of a text in which each character stands for one (Infra Standard, "byte string"): ASCII, header fields. */
export function bytesOfString(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The text whose characters these bytes stand for. */
export function stringOfBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
