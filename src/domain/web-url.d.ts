/**
 * The classes of the URL Standard (url.spec.whatwg.org), as far as the domain uses them. Every runtime has them, but
 * TypeScript knows them only with a browser's or Node's library, which the domain is kept from.
 */
declare class URL {
  constructor(url: string, base?: string);
  static parse(url: string, base?: string): URL | null;
  readonly href: string;
  readonly origin: string;
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
}

declare class URLSearchParams {
  constructor(init?: string | readonly (readonly string[])[]);
  get(name: string): string | null;
  getAll(name: string): string[];
  toString(): string;
}
