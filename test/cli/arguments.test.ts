import { afterEach, expect, it, vi } from 'vitest';
import { readPort } from '../../cli/arguments.ts';

afterEach(() => vi.unstubAllEnvs());

it('reads the port from the arguments, then from the environment', () => {
  vi.stubEnv('PORT', '9000');
  expect(readPort(['--port', '8081'])).toBe(8081);
  expect(readPort([])).toBe(9000);
});

it('has none when none is given', () => {
  vi.stubEnv('PORT', '');
  expect(readPort([])).toBeUndefined();
});

it.each(['70000', '-1', '8080x', '1.5'])('refuses %s', (port) => {
  expect(() => readPort([`--port=${port}`])).toThrow('is not a port');
});
