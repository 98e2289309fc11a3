import { AppError } from '#domain/errors/index.ts';
import type { MachineState, TabLink } from '#ports/portolan.ts';

const STAGE_WORDS = {
  firmware: 'Firmware is starting',
  kernel: 'Kernel is starting',
  services: 'Services are starting',
  prompt: 'Waiting for the prompt',
} as const;

/** Shares of a download at which a screen reader hears about it: often enough to know that it goes on. */
const QUARTERS = 4;

/** What a screen reader should hear about a machine. The text changes only when there is news. */
export function announce(title: string, state: MachineState): string {
  switch (state.name) {
    case 'starting':
      return announceStart(title, state);
    case 'running':
      return `${title} is running.`;
    case 'waiting':
      return `${title} is waiting. ${AppError.fromRecord(state.error).message}`;
    case 'suspending':
      return `Suspending ${title}.`;
    case 'stopping':
      return `Stopping ${title}.`;
    case 'suspended':
      return `${title} is suspended.`;
    case 'stopped':
      return `${title} has stopped.`;
    case 'failed':
      return `${title} failed. ${AppError.fromRecord(state.error).message}`;
    case 'elsewhere':
      return LINK_WORDS[state.link](title);
  }
}

const LINK_WORDS: Readonly<Record<TabLink, (title: string) => string>> = {
  apart: (title) => `${title} runs in another tab.`,
  unreachable: (title) => `${title} runs in another tab, which cannot be reached from here.`,
  silent: (title) => `The tab that runs ${title} does not answer.`,
  connecting: (title) => `Looking for the tab that runs ${title}.`,
  watching: (title) => `Watching ${title}, which runs in another tab.`,
  'taking-over': (title) => `Taking over ${title}.`,
  waiting: (title) => `Waiting until ${title} is free.`,
};

function announceStart(title: string, state: Extract<MachineState, { name: 'starting' }>): string {
  if (state.stage !== undefined) return `${STAGE_WORDS[state.stage]}.`;
  if (state.progress === undefined || state.progress.total === 0) return `Starting ${title}.`;
  const quarter = Math.floor((state.progress.bytes / state.progress.total) * QUARTERS);
  return `Fetching ${title}, ${quarter * (100 / QUARTERS)} percent.`;
}
