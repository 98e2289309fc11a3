import { describe, expect, it } from 'vitest';
import { parseRelayUrl } from '#domain/wisp/index.ts';
import { failureOf } from '../../support/failure.ts';

describe('the address of a relay', () => {
  it.each([
    ['wss://relay.example', 'wss://relay.example/'],
    ['  wss://relay.example:8443/key/ ', 'wss://relay.example:8443/key/'],
    ['ws://localhost:6001/', 'ws://localhost:6001/'],
    ['ws://127.0.0.1:6001', 'ws://127.0.0.1:6001/'],
    ['ws://[::1]:6001/', 'ws://[::1]:6001/'],
    ['ws://relay.portolan.localhost/', 'ws://relay.portolan.localhost/'],
  ])('can be %s', (text, url) => {
    expect(parseRelayUrl(text)).toBe(url);
  });

  it.each([
    'relay.example',
    '',
    'https://relay.example/',
    'ws://relay.example/',
    'ws://127.0.0.1.example/',
    'ws://192.168.1.2/',
    'ws://notlocalhost/',
    'wss://user:word@relay.example/',
    'wss://relay.example/#top',
  ])('cannot be “%s”', async (text) => {
    expect(await failureOf(() => parseRelayUrl(text))).toMatchObject({
      code: 'relay/bad-address',
      data: { url: text },
    });
  });
});
