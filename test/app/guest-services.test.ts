import { describe, expect, it } from 'vitest';
import { GuestServices } from '../../src/app/services/index.ts';
import { failureOf } from '../support/failure.ts';

type Guest = ConstructorParameters<typeof GuestServices>[0];

const HEALTH = { health: { port: 3000, path: '/up' } };

function services(guest: Partial<Guest>): GuestServices {
  return new GuestServices({
    exec: () => Promise.resolve({ status: 0, stdout: 'uptime 1 1\nstatus\n', stderr: '' }),
    listeningPorts: () => Promise.resolve([]),
    fetch: () => Promise.reject(new Error('nobody answers')),
    ...guest,
  });
}

describe('the health of a service', () => {
  it('is what its page answers', async () => {
    const asked: unknown[] = [];
    const answering = (status: number) =>
      services({
        fetch: (port, path) => {
          asked.push([port, path]);
          return Promise.resolve(new Response('', { status }));
        },
      });
    expect(await answering(200).answers(HEALTH)).toBe(true);
    expect(await answering(302).answers(HEALTH)).toBe(true);
    expect(await answering(503).answers(HEALTH)).toBe(false);
    expect(asked[0]).toEqual([3000, '/up']);
    expect(await services({}).answers(HEALTH)).toBe(false);
    expect(await services({}).answers({})).toBe(true);
  });

  it('is nothing that somebody who called off hears of', async () => {
    await expect(services({}).answers(HEALTH, { signal: AbortSignal.abort() })).rejects.toThrow('abort');
  });
});

describe('services of a machine', () => {
  it('are no more than runit has: what it says of a failure is told', async () => {
    const failing = services({ exec: () => Promise.resolve({ status: 1, stdout: 'timeout: run: x', stderr: '' }) });
    expect(await failureOf(failing.start('x'))).toEqual({
      code: 'services/failed',
      data: { name: 'x', action: 'started', detail: 'timeout: run: x' },
    });
    const none = services({ exec: () => Promise.resolve({ status: 64, stdout: '', stderr: '' }) });
    expect(await failureOf(none.start('x'))).toMatchObject({ code: 'services/no-runit' });
    const unknown = services({ exec: () => Promise.resolve({ status: 65, stdout: '', stderr: '' }) });
    expect(await failureOf(unknown.restart('x'))).toMatchObject({ code: 'services/unknown' });
  });

  it('are added only when what describes them makes sense, and never in the place of Portolan’s own', async () => {
    const bad = { name: '../x', description: '', run: 'x', ports: [], environment: {} };
    expect(await failureOf(services({}).add(bad))).toMatchObject({ code: 'services/invalid' });
    expect(await failureOf(services({}).add({ ...bad, name: 'qemu-ga' }))).toMatchObject({ code: 'services/needed' });
  });
});
