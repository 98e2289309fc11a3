import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuntimeRecipe } from '../runtimes/index.ts';
import { cachedStep } from './cached-step.ts';
import { describeTree, packFiles } from './file-tree.ts';
import { IMAGES_DIR } from './paths.ts';
import { runCommand } from './run-command.ts';

type TemplateRecipe = NonNullable<RuntimeRecipe['template']>;

/**
 * Builds a template: a Next.js app for production, with what its server needs and nothing that is compiled for a processor.
 * npm asks the registry that it is configured for.
 * @param epoch the time of its files, in seconds since 1970
 * @returns path of a tar archive
 * @throws BuildError
 */
export async function buildTemplate({ source, folder }: TemplateRecipe, epoch: number): Promise<string> {
  const from = join(IMAGES_DIR, 'runtimes', source);
  const inputs = { files: await describeTree(from), folder, epoch };
  const make = async (dir: string): Promise<void> => {
    const work = await mkdtemp(join(tmpdir(), 'portolan-'));
    try {
      await cp(from, work, { recursive: true });
      await packFiles(await buildServer(work, folder), join(dir, 'template.tar'), epoch);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  };
  return join(await cachedStep({ name: 'template', inputs, make }), 'template.tar');
}

/** @returns the folder of the server (Next.js, “output: standalone”) */
async function buildServer(work: string, folder: string): Promise<string> {
  const options = { cwd: work, env: { NEXT_TELEMETRY_DISABLED: '1' } };
  await runCommand(['npm', 'ci', '--no-audit', '--no-fund'], options);
  await runCommand(['npm', 'run', 'build'], options);
  const server = join(work, '.next/standalone');
  // The server of a deployment gives its static files to others to serve; here there is nobody else.
  await cp(join(work, '.next/static'), join(server, '.next/static'), { recursive: true });
  for (const file of ['server.js', '.next/required-server-files.json']) await rename(join(server, file), work, folder);
  return server;
}

/** Names the folder where the app will be in the place of the one where it was built. */
async function rename(file: string, from: string, to: string): Promise<void> {
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll(from, to));
}
