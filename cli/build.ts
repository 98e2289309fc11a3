import { BUILD_FOLDER, ensureBuild } from './bundle/ensure-build.ts';
import { command } from './command.ts';
import { ensureImages } from './setup/images.ts';

/** `npm run build`: static files with the containers beside them, for any host. */
export function main(): Promise<number> {
  return command(async () => {
    await ensureImages();
    await ensureBuild();
    console.log(`The build is in ${BUILD_FOLDER}/`);
    return 0;
  });
}
