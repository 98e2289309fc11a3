import { digestHex, type Digest } from '../container/index.ts';

/** The last entry: `sha256sum -c` understands it. */
export const SUMS_NAME = 'SHA256SUMS';

/** The digest of bytes, by the platform's own code. */
export type Sha256 = (bytes: Uint8Array<ArrayBuffer>) => Promise<Digest>;

/** The digests of the entries so far, in their order. */
export class Sums {
  readonly #sha256: Sha256;
  #text = '';

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  /** A line for each entry: 64 hex digits, two spaces, its name. */
  get text(): string {
    return this.#text;
  }

  async add(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const digest = await this.#sha256(bytes);
    this.#text += `${digestHex(digest)}  ${name}\n`;
  }
}
