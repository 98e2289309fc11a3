import { expect, it } from 'vitest';
import { parseMessage } from '../../sw/messages.ts';

const REACH = { type: 'REACH_MACHINE', machine: 'base-1', viewer: 'a1' };

it.each([{ type: 'SKIP_WAITING' }, { type: 'IDENTIFY' }, REACH])('understands %j', (message) => {
  expect(parseMessage(message)).toEqual(message);
});

it.each([
  undefined,
  null,
  'SKIP_WAITING',
  { type: 'skip_waiting' },
  { type: 'SKIP_WAITING', more: true },
  [{ type: 'SKIP_WAITING' }],
  { ...REACH, machine: 7 },
])('is deaf to %j', (message) => {
  expect(parseMessage(message)).toBeUndefined();
});
