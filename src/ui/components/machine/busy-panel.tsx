import type { ComponentChildren } from 'preact';
import { Meter } from '../meter.tsx';
import { Scrim } from './scrim.tsx';

interface BusyPanelProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

/** What is being done with the machine, for as long as it takes. */
export function BusyPanel({ title, children }: BusyPanelProps) {
  return (
    <Scrim>
      <h2>{title}</h2>
      <div>{children}</div>
      <Meter label={title} />
    </Scrim>
  );
}
