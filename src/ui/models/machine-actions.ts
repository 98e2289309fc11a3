import type { MachineState, TabLink } from '#ports/portolan.ts';

/** What a user can do with a machine. */
export type MachineAction =
  | 'suspend'
  | 'resume'
  | 'start'
  | 'stop'
  | 'restart'
  | 'startOver'
  | 'remove'
  | 'retry'
  | 'watch'
  | 'leave'
  | 'takeOver'
  | 'takeOverLater';

/** With a machine of another tab, only what can work from here. */
const ACTIONS_APART: Readonly<Record<TabLink, readonly MachineAction[]>> = {
  apart: ['watch', 'takeOver'],
  unreachable: ['takeOverLater'],
  silent: ['watch', 'takeOverLater'],
  connecting: [],
  watching: ['leave', 'takeOver'],
  'taking-over': ['leave'],
  waiting: ['leave'],
};

const ACTIONS: Readonly<Record<Exclude<MachineState['name'], 'elsewhere'>, readonly MachineAction[]>> = {
  starting: ['stop'],
  running: ['suspend', 'stop', 'restart', 'startOver'],
  waiting: ['retry', 'stop', 'restart', 'startOver'],
  suspending: [],
  stopping: [],
  suspended: ['resume', 'restart', 'startOver', 'remove'],
  stopped: ['start', 'startOver', 'remove'],
  failed: ['restart', 'startOver', 'remove'],
};

const LOSES: Readonly<Record<MachineState['name'], readonly MachineAction[]>> = {
  elsewhere: [],
  starting: [],
  running: ['stop', 'restart', 'startOver', 'remove'],
  waiting: ['stop', 'restart', 'startOver', 'remove'],
  suspending: [],
  stopping: [],
  suspended: ['restart', 'startOver', 'remove'],
  stopped: ['startOver', 'remove'],
  failed: ['startOver', 'remove'],
};

/** True when `action` makes sense in `state`. */
export function allows(state: MachineState, action: MachineAction): boolean {
  const actions = state.name === 'elsewhere' ? ACTIONS_APART[state.link] : ACTIONS[state.name];
  return actions.includes(action);
}

/** True when `action` in `state` throws away what cannot be had back. */
export function needsConfirmation(action: MachineAction, state: MachineState): boolean {
  return LOSES[state.name].includes(action);
}

/** True when a machine in `state` can be exported, perhaps after it was suspended or stopped. */
export function isExportable(state: MachineState): boolean {
  return ['running', 'waiting', 'suspended', 'stopped', 'failed'].includes(state.name);
}

/** State names as the page shows them. */
export const STATE_LABELS: Readonly<Record<MachineState['name'], string>> = {
  starting: 'Starting',
  running: 'Running',
  waiting: 'Waiting',
  suspending: 'Suspending',
  stopping: 'Stopping',
  suspended: 'Suspended',
  stopped: 'Stopped',
  failed: 'Failed',
  elsewhere: 'In another tab',
};

/** True while the terminal shows the guest and takes keys. */
export function isUsable(state: MachineState): boolean {
  return (
    state.name === 'running' || state.name === 'waiting' || (state.name === 'elsewhere' && state.link === 'watching')
  );
}
