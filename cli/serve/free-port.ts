import { hasCode } from '../process/error-code.ts';
import { say } from '../process/say.ts';
import { SetupError } from '../setup/setup-error.ts';
import { startServer, type RunningServer } from './server.ts';

const USUAL_PORT = 8080;
const TRIES = 20;

/**
 * Serves `root` at the port that was asked for, or at the first free one from the usual one on.
 * @throws SetupError when the asked one, or all of the usual ones, are taken
 */
export async function serveAtFreePort(root: string, asked: number | undefined): Promise<RunningServer> {
  if (asked !== undefined) return startOrExplain(root, asked);
  for (let port = USUAL_PORT; port < USUAL_PORT + TRIES; port++) {
    const server = await startUnlessTaken(root, port);
    if (server !== undefined) return server;
    say(`Port ${port} is taken by another program; trying ${port + 1}.`);
  }
  throw new SetupError(`Ports ${USUAL_PORT} to ${USUAL_PORT + TRIES - 1} are all taken: name a free one with --port.`);
}

async function startOrExplain(root: string, port: number): Promise<RunningServer> {
  const server = await startUnlessTaken(root, port);
  if (server === undefined) throw new SetupError(`Port ${port} is taken by another program: name another with --port.`);
  return server;
}

async function startUnlessTaken(root: string, port: number): Promise<RunningServer | undefined> {
  try {
    return await startServer({ root, port });
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE')) return undefined;
    throw error;
  }
}
