/** Small pieces for waiting that the language lacks. Not here: timers, threads. */
export { Deferred } from './deferred.ts';
