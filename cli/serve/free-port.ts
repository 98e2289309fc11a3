import { hasCode } from '../process/error-code.ts';
import { say } from '../process/say.ts';
import { SetupError } from '../setup/setup-error.ts';
import { startServer, type RunningServer, type ServerOptions } from './server.ts';

const USUAL_PORT = 8080;
const TRIES = 20;

/** What is served, and to whom. */
type Served = Omit<ServerOptions, 'port'>;

/**
 * Serves a site at the port that was asked for, or at the first free one from the usual one on.
 * @throws SetupError when the asked one, or all of the usual ones, are taken
 */
export async function serveAtFreePort(served: Served, asked: number | undefined): Promise<RunningServer> {
  if (asked !== undefined) return startOrExplain(served, asked);
  for (let port = USUAL_PORT; port < USUAL_PORT + TRIES; port++) {
    const server = await startUnlessTaken(served, port);
    if (server !== undefined) return server;
    say(`Port ${port} is taken by another program; trying ${port + 1}.`);
  }
  throw new SetupError(`Ports ${USUAL_PORT} to ${USUAL_PORT + TRIES - 1} are all taken: name a free one with --port.`);
}

async function startOrExplain(served: Served, port: number): Promise<RunningServer> {
  const server = await startUnlessTaken(served, port);
  if (server === undefined) throw new SetupError(`Port ${port} is taken by another program: name another with --port.`);
  return server;
}

async function startUnlessTaken(served: Served, port: number): Promise<RunningServer | undefined> {
  try {
    return await startServer({ ...served, port });
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE')) return undefined;
    throw error;
  }
}
