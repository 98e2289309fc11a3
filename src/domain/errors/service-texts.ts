import type { ErrorText } from './error-text.ts';

/** Errors of services in machines. */
export const SERVICE_TEXTS = {
  'services/no-runit': {
    message: 'This machine has no runit, which keeps services running.',
    advice: 'Start programs in its terminal, or boot a container with runit, such as Debian base.',
  },
  'services/invalid': {
    message: 'This is no service: {detail}.',
    advice: 'Change that and add it again. Nothing was changed.',
  },
  'services/bad-environment': {
    message: 'This environment cannot be: {detail}.',
    advice: 'Give one variable a line, as NAME=value. The former ones hold.',
  },
  'services/unknown': {
    message: 'This machine has no service {name}.',
    advice: 'Look at the list of its services: it may have been removed meanwhile.',
  },
  'services/exists': {
    message: 'This machine has a service {name} already.',
    advice: 'Choose another name, or replace the one that is there.',
  },
  'services/port-taken': {
    message: 'The service {name} wants port {port}, which {by} has.',
    advice: 'Choose another port for it, or stop {by} first. Nothing was changed.',
  },
  'services/needed': {
    message: 'Portolan itself reaches the machine through the service {name}.',
    advice: 'Leave it as it is.',
  },
  'services/no-log': {
    message: 'What the service {name} prints is not kept.',
    advice: 'Look for log files of its own below /var/log.',
  },
  'services/failed': {
    message: 'The service {name} could not be {action}: {detail}',
    advice: 'Look at its log for the reason, then try again.',
  },
} as const satisfies Record<string, ErrorText>;
