/**
 * The way to servers in the guest: HTTP/1.1 and WebSocket over streams of bytes, the rules by which what a page asks becomes what
 * a server is asked, and a cache of answers. The only place that knows llhttp and http-cache-semantics. Not here: frames and TCP, engines, service workers, pages.
 */
export { AppGateway, type AppGatewayConfig, type PageContext, type PageWebSocket } from './app-gateway.ts';
export type { Connect } from './connect.ts';
export { HttpClient, type HttpClientConfig } from './http/http-client.ts';
export type { HttpLimits, HttpRequest, HttpResponse } from './http/message.ts';
export {
  openWebSocket,
  type GuestWebSocket,
  type WebSocketEnd,
  type WebSocketEvents,
  type WebSocketRequest,
} from './websocket/websocket.ts';
