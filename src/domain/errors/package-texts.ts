import type { ErrorText } from './error-text.ts';

/** Errors of installing packages into machines. */
export const PACKAGE_TEXTS = {
  'packages/wrong-architecture': {
    message: '{name} is made for {architecture}; this machine takes packages for {machine}, and those for all.',
    advice: 'Choose the package for {machine}. Nothing was changed.',
  },
  'packages/no-dpkg': {
    message: 'This machine does not say which packages it has: {detail}',
    advice: 'Packages can be installed into machines with Debian’s dpkg.',
  },
  'packages/no-name': {
    message: '“{names}” is not the name of a package.',
    advice: 'Write names as Debian has them, with blanks between them, such as: nginx-light git.',
  },
  'packages/no-files': {
    message: 'There are no packages in what was dropped.',
    advice: 'Drop .deb files, or a folder with some in it.',
  },
  'packages/conflict': {
    message: '{name} brings {path}, which belongs to {owner}.',
    advice: 'Leave one of the two out. Nothing was changed.',
  },
  'packages/disk-full': {
    message: 'The packages take {needed} bytes of the machine’s disk, which has {free} left.',
    advice: 'Make the machine’s disk larger, or remove something from it, then try again. Nothing was changed.',
  },
  'packages/failed': {
    message: 'dpkg could not {action} {names}: {detail}',
    advice: 'The machine is again as it was before. What dpkg said is shown with this message.',
  },
} as const satisfies Record<string, ErrorText>;
