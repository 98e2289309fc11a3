import { isGuestSocket } from '#domain/http/index.ts';
import { PageWebSocket } from './page-websocket.ts';
import { socketUrl } from './socket-url.ts';

type Address = string | URL;
type Protocols = string | string[];

/**
 * Puts our WebSocket in the place of the browser's, for the hosts by which a page of a guest means its own machine; to all
 * others the browser's leads as before. What either makes is a `WebSocket` to the page, and classes of its own may extend it.
 */
export function replaceWebSocket(page: Window & typeof globalThis, worker: ServiceWorkerContainer): void {
  const native = page.WebSocket;
  const open = (url: string, protocols: readonly string[], end: MessagePort): void => {
    void worker.ready.then(({ active }) => active?.postMessage({ type: 'OPEN_WEBSOCKET', url, protocols }, [end]));
  };
  const toGuest = class extends PageWebSocket {
    constructor(url: Address, protocols: Protocols = []) {
      super(socketUrl(url, page.document.baseURI), protocols, open);
    }
  };
  Object.setPrototypeOf(PageWebSocket.prototype, native.prototype);
  const replacement: typeof WebSocket = new Proxy(toGuest, {
    construct: (target, given: [Address, Protocols?], newTarget) => {
      const isGuest = isGuestSocket(socketUrl(given[0], page.document.baseURI), page.location.host);
      if (!isGuest) return new native(...given);
      const made: unknown = Reflect.construct(target, given, newTarget);
      return made instanceof native ? made : new target(...given);
    },
  });
  Object.defineProperty(toGuest, Symbol.hasInstance, {
    value(this: unknown, value: unknown) {
      // Classes that extend it know their own.
      if (this === replacement) return value instanceof native;
      return Function.prototype[Symbol.hasInstance].call(this, value);
    },
  });
  Object.defineProperty(toGuest, 'name', { value: 'WebSocket' });
  page.WebSocket = replacement;
}
