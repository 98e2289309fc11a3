import { AppError } from '../errors/index.ts';

/** `*.localhost` names this device for browsers, too (RFC 6761, 6.3). */
const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|\[::1\]|(?:[a-z0-9-]+\.)*localhost)$/;

/**
 * Reads a relay's address as a user writes it: without a path it gets `/`. It is wss, so that nobody on the way sees or changes
 * what passes; ws only to this device itself, where there is no way.
 * @throws AppError `relay/bad-address`
 */
export function parseRelayUrl(text: string): string {
  const url = URL.parse(text.trim());
  const refuse = (detail: string): AppError => new AppError('relay/bad-address', { url: text.trim(), detail });
  if (!url) throw refuse('it is no address');
  if (url.protocol !== 'wss:' && url.protocol !== 'ws:') throw refuse('it begins with neither wss:// nor ws://');
  if (url.protocol === 'ws:' && !LOOPBACK.test(url.hostname)) {
    throw refuse('ws:// is not encrypted, so it is for relays on this device alone');
  }
  if (url.username !== '' || url.password !== '') throw refuse('browsers send no passwords with it');
  if (url.hash !== '') throw refuse('it has a # in it');
  return url.href;
}
