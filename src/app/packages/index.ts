/**
 * Packages onto machines and away from them: what is read by a worker, run in the guest, and undone when it fails. Not here: how plans
 * are made.
 */
export { installPackages } from './install-packages.ts';
export { proposePackages } from './propose-packages.ts';
export { proposeRemoval, userPackages } from './propose-removal.ts';
export { removePackages } from './remove-packages.ts';
export { requestPackages } from './request-packages.ts';
