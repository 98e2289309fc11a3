/**
 * The decoder of the Encoding Standard (encoding.spec.whatwg.org), as far as the domain uses it. Every runtime has it, but
 * TypeScript knows it only with a browser's or Node's library, which the domain is kept from.
 */
declare class TextDecoder {
  constructor(label?: 'utf-8');
  decode(bytes: Uint8Array): string;
}
