import type { MachineState } from '#ports/portolan.ts';
import type { TransferProgress } from '#ports/progress.ts';
import { formatPercent, formatRate, formatSeconds, formatShareOfBytes } from './format.ts';

/** The stops on the way to a prompt, in order. `fetch` is the page's name for the time before the first stage. */
const STOPS = [
  { name: 'fetch', label: 'Fetch' },
  { name: 'firmware', label: 'Firmware' },
  { name: 'kernel', label: 'Kernel' },
  { name: 'services', label: 'Services' },
  { name: 'prompt', label: 'Prompt' },
] as const;

export type StopName = (typeof STOPS)[number]['name'];

/** One stop of the boot, and whether it lies behind or ahead. */
export interface Stop {
  readonly name: StopName;
  readonly label: string;
  readonly status: 'done' | 'current' | 'ahead';
}

/** The stops of a boot that stands at `state`. */
export function stopsOf(state: MachineState): readonly Stop[] {
  const current =
    state.name === 'starting' ? STOPS.findIndex((stop) => stop.name === (state.stage ?? 'fetch')) : STOPS.length;
  return STOPS.map((stop, index) => ({
    ...stop,
    status: index < current ? 'done' : index === current ? 'current' : 'ahead',
  }));
}

/** A transfer in words; parts that are not known are empty. */
export interface ProgressWords {
  /** 0 to 1. */
  readonly share: number;
  readonly amount: string;
  readonly percent: string;
  readonly rate: string;
  readonly left: string;
}

export function describeProgress(progress: TransferProgress): ProgressWords {
  const share = progress.total > 0 ? Math.min(progress.bytes / progress.total, 1) : 0;
  return {
    share,
    amount: formatShareOfBytes(progress.bytes, progress.total),
    percent: formatPercent(share),
    rate: progress.rate > 0 ? formatRate(progress.rate) : '',
    left: progress.secondsLeft === undefined || share === 1 ? '' : `${formatSeconds(progress.secondsLeft)} left`,
  };
}
