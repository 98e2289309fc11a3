import { BUILD_FOLDER, ensureBuild } from '../../../cli/bundle/ensure-build.ts';

/** The build that `npm start` serves, and a newer one of the same sources with another build id. */
export interface Builds {
  readonly current: string;
  readonly newer: string;
}

export const BUILDS: Builds = { current: BUILD_FOLDER, newer: 'build/e2e/newer' };

/** Makes them, or finds that they are made: Playwright does so once, before the tests and beside none of them. */
// oxlint-disable-next-line import/no-default-export -- Playwright takes a set-up by this name.
export default async function makeBuilds(): Promise<void> {
  await ensureBuild();
  await ensureBuild({ folder: BUILDS.newer, variant: 'newer' });
}
