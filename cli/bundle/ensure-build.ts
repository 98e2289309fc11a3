import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { runNode } from '../process/run.ts';
import { say } from '../process/say.ts';
import { SetupError } from '../setup/setup-error.ts';
import { buildId } from './build-id.ts';
import { CATALOG, publishCatalog } from './publish-catalog.ts';

/** The production build: static files for any host. */
export const BUILD_FOLDER = 'dist';

/** Written last, so that a build that broke off has none. */
const RECORD = 'build.json';
const BuildRecord = v.object({ build: v.string() });

export interface BuildOptions {
  /** Where it goes. */
  readonly folder: string;
  /** Added to the build's id, for a second build of the same sources. */
  readonly variant?: string;
}

/**
 * Makes the production build unless the folder holds the build of just these sources.
 * @throws SetupError when it fails
 */
export async function ensureBuild({ folder, variant }: BuildOptions = { folder: BUILD_FOLDER }): Promise<void> {
  const build = [await buildId(), ...(variant === undefined ? [] : [variant])].join('-');
  if ((await builtIn(folder)) === build) return refreshCatalog(folder);
  say(`Building the app in ${folder}/ …`);
  const env = { PORTOLAN_BUILD_ID: build, PORTOLAN_OUT_DIR: folder };
  const { status, output } = await runNode(['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], { env });
  if (status !== 0) throw new SetupError(`The build failed:\n${output}`);
  await writeFile(join(folder, RECORD), `${JSON.stringify({ build })}\n`);
}

async function refreshCatalog(folder: string): Promise<void> {
  if (existsSync(CATALOG)) await publishCatalog(CATALOG, join(folder, 'catalog'));
}

/** The id of the build in a folder; undefined when there is none, or it broke off. */
async function builtIn(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, RECORD), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : v.parse(BuildRecord, JSON.parse(text)).build;
}
