/** Runtimes: read for a machine, and what is done with one beside its packages. Not here: installing those. */
export { afterInstall } from './after-install.ts';
export { Runtimes } from './runtimes.ts';
