import { parseArgs } from 'node:util';
import { SetupError } from './setup/setup-error.ts';

/**
 * The port from `--port N` or the environment's `PORT`; undefined when neither is given.
 * @throws SetupError for one that is none
 */
export function readPort(args: readonly string[]): number | undefined {
  const { values } = parseArgs({ args: [...args], options: { port: { type: 'string' } } });
  const text = values.port ?? process.env['PORT'];
  if (text === undefined || text === '') return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new SetupError(`“${text}” is not a port: give a number from 0 to 65535.`);
}
