import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { formatPublicKey, formatSignature, keyIdText, signedComment, signedContent } from '#domain/signature/index.ts';

/** A publisher's key of this test run. */
export class SigningKey {
  /** 16 hex digits, as minisign prints them. */
  readonly id: string;
  /** The text of minisign.pub. */
  readonly publicKey: string;
  readonly #keyId = Uint8Array.from(randomBytes(8));
  readonly #privateKey: KeyObject;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    // The key's 32 bytes are the end of its DER form.
    const key = Uint8Array.from(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
    this.#privateKey = privateKey;
    this.id = keyIdText(this.#keyId);
    this.publicKey = formatPublicKey({ keyId: this.#keyId, key });
  }

  /** The text of a `.minisig`. */
  sign(content: string): string {
    const signature = this.#sign(signedContent('ED', new TextEncoder().encode(content)));
    const trustedComment = 'of a test';
    const globalSignature = this.#sign(signedComment({ signature, trustedComment }));
    return formatSignature(
      { algorithm: 'ED', keyId: this.#keyId, signature, trustedComment, globalSignature },
      'of a test',
    );
  }

  #sign(content: Uint8Array): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(sign(null, content, this.#privateKey));
  }
}
