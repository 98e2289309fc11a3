import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { serveAtFreePort } from '../../cli/serve/free-port.ts';
import { startServer } from '../../cli/serve/server.ts';

const stderr = vi.spyOn(process.stderr, 'write');
beforeEach(() => void stderr.mockReturnValue(true));
afterEach(() => stderr.mockReset());

it('says so when the port that was asked for is taken', async () => {
  const other = await startServer({ root: '.', port: 0 });
  await expect(serveAtFreePort({ root: '.' }, other.port)).rejects.toThrow(`Port ${other.port} is taken`);
  await other.close();
});

it('takes the next free one when none was asked for, and says so', async () => {
  const first = await serveAtFreePort({ root: '.' }, undefined);
  const second = await serveAtFreePort({ root: '.' }, undefined);
  expect(second.port).toBeGreaterThan(first.port);
  expect(stderr.mock.calls.join('')).toContain(`Port ${first.port} is taken`);
  await Promise.all([first.close(), second.close()]);
});
