import type { About } from './definition.ts';
import type { Environment } from './environment.ts';

/** What a service does. Seconds are those since it began. */
export type ServiceState =
  | { readonly name: 'running'; readonly pid: number; readonly seconds: number }
  /** It ends again and again as soon as it is started. */
  | { readonly name: 'failing' }
  /** It has ended, and is started again after a pause. */
  | { readonly name: 'restarting' }
  | { readonly name: 'stopping' }
  | { readonly name: 'stopped' }
  /** runit has not taken it up, or cannot: what it says. */
  | { readonly name: 'unsupervised'; readonly detail: string };

/** That it ended though nobody told it to. */
export interface ServiceEnd {
  /** Seconds ago. */
  readonly ago: number;
  /** Undefined where a signal ended it. */
  readonly status: number | undefined;
  readonly signal: number | undefined;
}

/** A service of a machine. */
export interface Service extends About {
  readonly name: string;
  /** Variables that it is started with. */
  readonly environment: Environment;
  /** Whether Portolan has added it: then its environment can be set. */
  readonly isOwn: boolean;
  /** Whether what it prints is kept. */
  readonly hasLog: boolean;
  readonly state: ServiceState;
  /** The last times that it ended by itself since it was started by hand or with the machine, oldest first: at most 20. */
  readonly ends: readonly ServiceEnd[];
}

/** Those of our images through which the terminal and these very calls come. */
const NEEDED = ['console', 'qemu-ga'];

/** Whether Portolan itself reaches the machine through a service: nobody stops it. */
export function isNeeded(name: string): boolean {
  return NEEDED.includes(name);
}

/** Who ended so often in so many seconds, and is not up for so many, fails. */
const FAILING = { ends: 3, within: 120, up: 60 };

/** Whether it ends again and again. @param seconds for which it has been up; undefined while it is not */
export function isFailing(ends: readonly ServiceEnd[], seconds: number | undefined): boolean {
  const lately = ends.filter(({ ago }) => ago <= FAILING.within);
  return lately.length >= FAILING.ends && (seconds ?? 0) < FAILING.up;
}
