/** Small pieces for waiting that the language lacks. Not here: timers, threads. */
export { Deferred } from './deferred.ts';
export { firstDefined } from './first-defined.ts';
export { untilAborted } from './until-aborted.ts';
export { Wakeup } from './wakeup.ts';
