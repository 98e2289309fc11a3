import { expect, it } from 'vitest';
import { parseMessage } from '../../sw/messages.ts';

it.each([{ type: 'SKIP_WAITING' }, { type: 'IDENTIFY' }])('understands %j', (message) => {
  expect(parseMessage(message)).toEqual(message);
});

it.each([
  undefined,
  null,
  'SKIP_WAITING',
  { type: 'skip_waiting' },
  { type: 'SKIP_WAITING', more: true },
  [{ type: 'SKIP_WAITING' }],
])('is deaf to %j', (message) => {
  expect(parseMessage(message)).toBeUndefined();
});
