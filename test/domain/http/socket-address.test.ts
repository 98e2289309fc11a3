import { describe, expect, it } from 'vitest';
import { isGuestSocket, socketDestination } from '#domain/http/index.ts';

const HOST = 'apps.portolan.localhost:8080';
const PLACE = { origin: `http://${HOST}`, base: '' };
const asker = { machine: 'isle', app: '3000', port: 3000, path: '/' };

describe('a page’s WebSocket', () => {
  it.each([
    ['ws://apps.portolan.localhost:8080/chat?room=1', { app: '3000', port: 3000, target: '/chat?room=1' }],
    ['ws://apps.portolan.localhost:8080/app/isle/3001/live', { app: '3001', port: 3001, target: '/live' }],
    ['ws://apps.portolan.localhost:8080/app/isle/3000', { app: '3000', port: 3000, target: '/' }],
    // Development servers tell their pages the address that they believe to have.
    ['ws://localhost:24678/hmr', { app: '24678', port: 24678, target: '/hmr' }],
    ['ws://127.0.0.1/', { app: '80', port: 80, target: '/' }],
    ['wss://localhost/', { app: '443', port: 443, target: '/' }],
  ])('to %s is for a server of its machine', (address, expected) => {
    expect(isGuestSocket(new URL(address), HOST)).toBe(true);
    expect(socketDestination(new URL(address), asker, PLACE)).toEqual(expected);
  });

  it('to another machine leads nowhere', () => {
    const url = new URL('ws://apps.portolan.localhost:8080/app/other/80/');
    expect(socketDestination(url, asker, PLACE)).toBeUndefined();
  });

  it.each(['wss://echo.example/', 'ws://portolan.localhost:8080/', 'ws://apps.portolan.localhost:9/'])(
    'to %s is the browser’s',
    (address) => {
      expect(isGuestSocket(new URL(address), HOST)).toBe(false);
      expect(socketDestination(new URL(address), asker, PLACE)).toBeUndefined();
    },
  );
});
