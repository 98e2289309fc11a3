/**
 * The classes of the Encoding Standard (encoding.spec.whatwg.org), as far as the domain uses them. Every runtime has them,
 * but TypeScript knows them only with a browser's or Node's library, which the domain is kept from.
 */
declare class TextDecoder {
  constructor(label?: string, options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
