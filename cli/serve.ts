import { existsSync } from 'node:fs';
import { readPort } from './arguments.ts';
import { BUILD_FOLDER } from './bundle/ensure-build.ts';
import { deployedOrigins } from './bundle/origins.ts';
import { command } from './command.ts';
import { stopSignal } from './process/stop-signal.ts';
import { serveAtFreePort } from './serve/free-port.ts';
import { SetupError } from './setup/setup-error.ts';

/** `npm run serve`: serves the build that is there, without looking whether it is the newest. */
export function main(args: readonly string[]): Promise<number> {
  return command(async () => {
    if (!existsSync(BUILD_FOLDER)) throw new SetupError('There is no build yet: npm start makes one and serves it.');
    return serveUntilStopped(readPort(args));
  });
}

/** Serves the build until Ctrl+C or SIGTERM. Returns the exit status. */
export async function serveUntilStopped(port: number | undefined): Promise<number> {
  const server = await serveAtFreePort({ root: BUILD_FOLDER, origins: deployedOrigins(process.env) }, port);
  console.log(`Portolan is at ${server.url.replace(/\/$/, '')} (Ctrl+C ends it)`);
  await stopSignal();
  await server.close();
  return 0;
}
