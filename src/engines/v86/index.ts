/** The engine v86, behind the port `Engine`. The only place that knows v86; runs wherever WebAssembly does, without a DOM. */
export { V86Engine, type Scheduling, type V86Assets } from './engine.ts';
export { type V86Session } from './session.ts';
export type { NetworkCard } from './network.ts';
