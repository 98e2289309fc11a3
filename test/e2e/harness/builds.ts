import { BUILD_FOLDER, ensureBuild } from '../../../cli/bundle/ensure-build.ts';

/** The build that `npm start` serves, and a newer one of the same sources with another build id. */
export interface Builds {
  readonly current: string;
  readonly newer: string;
}

const NEWER = 'build/e2e/newer';

/** Makes them, or finds that they are made. */
export async function makeBuilds(): Promise<Builds> {
  await ensureBuild();
  await ensureBuild({ folder: NEWER, variant: 'newer' });
  return { current: BUILD_FOLDER, newer: NEWER };
}
