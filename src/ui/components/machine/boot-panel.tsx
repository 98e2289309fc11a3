import type { MachineState } from '#ports/portolan.ts';
import type { TransferProgress } from '#ports/progress.ts';
import { describeProgress, stopsOf } from '#ui/models/stages.ts';
import { Meter } from '../meter.tsx';

interface BootPanelProps {
  readonly title: string;
  readonly state: Extract<MachineState, { name: 'starting' }>;
}

const STATUS_WORDS = { done: 'done', current: 'under way', ahead: 'to come' } as const;

/** The course from the first byte to the prompt. All its lines have their place from the start, so nothing shifts. */
export function BootPanel({ title, state }: BootPanelProps) {
  return (
    <div class="scrim scrim-solid">
      <div class="panel boot">
        <h2>Starting {title}</h2>
        <ol class="course">
          {stopsOf(state).map((stop) => (
            <li
              key={stop.name}
              class="stop"
              data-status={stop.status}
              aria-current={stop.status === 'current' ? 'step' : undefined}
            >
              {stop.label}
              <span class="visually-hidden"> ({STATUS_WORDS[stop.status]})</span>
            </li>
          ))}
        </ol>
        <Transfer progress={state.progress} />
      </div>
    </div>
  );
}

function Transfer({ progress }: { readonly progress: TransferProgress | undefined }) {
  const words = progress === undefined ? undefined : describeProgress(progress);
  return (
    <div class="transfer">
      <Meter label="Starting" share={words?.share} />
      <div class="transfer-words">
        <span>{words?.amount}</span>
        <span>{words?.percent}</span>
        <span>{words?.rate}</span>
        <span>{words?.left}</span>
      </div>
    </div>
  );
}
