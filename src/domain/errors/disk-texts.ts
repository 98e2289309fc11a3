import type { ErrorText } from './error-text.ts';

/** Errors of making a machine's disk larger. */
export const DISK_TEXTS = {
  'disk/not-larger': {
    message: 'The machine’s disk has {size} bytes already, so it cannot be made one of {bytes}.',
    advice: 'Choose a larger size. A disk cannot be made smaller: go back to a checkpoint, or start over.',
  },
  'disk/too-large': {
    message: 'A machine’s disk can have {most} bytes, not {bytes}.',
    advice: 'Choose a smaller size.',
  },
  'disk/busy': {
    message: 'The machine is being changed, which a restart would undo: “{checkpoint}”.',
    advice: 'Wait until that has ended, then try again.',
  },
  'disk/unused': {
    message: 'The machine’s disk is larger now, but its file system is not: {detail}.',
    advice: 'Restart the machine, and it is tried again; or run resize2fs in it. Nothing is lost.',
  },
} as const satisfies Record<string, ErrorText>;
