import { readPort } from './arguments.ts';
import { ensureBuild } from './bundle/ensure-build.ts';
import { command } from './command.ts';
import { serveUntilStopped } from './serve.ts';
import { ensureImages } from './setup/images.ts';

/** `npm start`: from a fresh machine to a URL to open. */
export function main(args: readonly string[]): Promise<number> {
  return command(async () => {
    const port = readPort(args);
    await ensureImages();
    await ensureBuild();
    return serveUntilStopped(port);
  });
}
