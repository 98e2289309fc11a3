/** What tests use of `@mercuryworkshop/wisp-js`, which has no types of its own. */
declare module '@mercuryworkshop/wisp-js/server' {
  import type { IncomingMessage } from 'node:http';
  import type { Duplex } from 'node:stream';

  export const server: {
    readonly options: {
      allow_loopback_ips: boolean;
      dns_method: (name: string) => Promise<string>;
    };
    /** Takes an upgrade to a WebSocket. */
    routeRequest(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  };
  export const logging: { set_level(level: number): void; readonly NONE: number };

  interface Serializable {
    serialize(): { readonly bytes: Uint8Array<ArrayBuffer> };
  }
  export const packet: {
    readonly WispBuffer: new (bytes: Uint8Array) => unknown;
    readonly WispPacket: {
      new (fields: { readonly type: number; readonly stream_id: number; readonly payload: unknown }): Serializable;
      parse_all(buffer: unknown): {
        readonly type: number;
        readonly stream_id: number;
        readonly payload: {
          readonly stream_type?: number;
          readonly port?: number;
          readonly hostname?: string;
          readonly data?: { readonly bytes: Uint8Array<ArrayBuffer> };
          readonly reason?: number;
          readonly major_ver?: number;
        };
      };
    };
    readonly DataPayload: new (fields: { readonly data: unknown }) => unknown;
    readonly ContinuePayload: new (fields: { readonly buffer_remaining: number }) => unknown;
    readonly ClosePayload: new (fields: { readonly reason: number }) => unknown;
    readonly InfoPayload: new (fields: {
      readonly major_ver: number;
      readonly minor_ver: number;
      readonly extensions: unknown;
    }) => unknown;
  };
}
