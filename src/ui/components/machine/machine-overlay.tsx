import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { AppError, type ErrorCode, type ErrorRecord } from '#domain/errors/index.ts';
import { focusIsIdle } from '#ui/browser/focus.ts';
import { formatBytes, formatMoment } from '#ui/models/format.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import { BootPanel } from './boot-panel.tsx';
import { BusyPanel } from './busy-panel.tsx';
import { ElsewherePanel } from './elsewhere-panel.tsx';
import { Scrim } from './scrim.tsx';

/** What covers the terminal while the machine does not run. */
export function MachineOverlay({ machine }: { readonly machine: MachineModel }) {
  const state = machine.state.value;
  switch (state.name) {
    case 'running':
    case 'waiting':
      return null;
    case 'starting':
      return <BootPanel title={machine.title} state={state} />;
    case 'suspending':
      return <BusyPanel title="Suspending">Its memory and screen are being saved on this device.</BusyPanel>;
    case 'stopping':
      return <BusyPanel title="Stopping">What it has not written yet is put on its disk.</BusyPanel>;
    case 'suspended':
      return (
        <Panel title="Suspended" machine={machine} action="resume" label="Resume">
          <p>
            Saved {formatMoment(state.savedAt)}, {formatBytes(state.bytes)} on this device. It goes on exactly where it
            was.
          </p>
        </Panel>
      );
    case 'stopped':
      return (
        <Panel title="Stopped" machine={machine} action="start" label="Start">
          <p>The machine has ended. What it wrote to its disk is kept; it boots from there.</p>
        </Panel>
      );
    case 'failed':
      return <FailedPanel machine={machine} error={state.error} />;
    case 'elsewhere':
      return <ElsewherePanel machine={machine} link={state.link} there={state.there} />;
  }
}

function FailedPanel({ machine, error }: { readonly machine: MachineModel; readonly error: ErrorRecord }) {
  const { message, advice } = AppError.fromRecord(error);
  return (
    <Panel title="This machine failed" code={error.code} machine={machine} action="restart" label="Start again">
      <p class="panel-message">{message}</p>
      <p>{advice}</p>
    </Panel>
  );
}

interface PanelProps {
  readonly machine: MachineModel;
  readonly title: string;
  readonly action: 'resume' | 'start' | 'restart';
  readonly label: string;
  /** Of the error that it tells of. */
  readonly code?: ErrorCode;
  readonly children: ComponentChildren;
}

/** Why the machine stands still, and the way on. The way on gets the focus that the terminal had. */
function Panel({ machine, title, action, label, code, children }: PanelProps) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focusIsIdle()) button.current?.focus();
  }, []);
  return (
    <Scrim code={code}>
      <h2>{title}</h2>
      {children}
      <div class="panel-actions">
        <button ref={button} type="button" class="button button-primary" onClick={() => void machine.request(action)}>
          {label}
        </button>
        <button type="button" class="button" onClick={() => void machine.request('remove')}>
          Remove
        </button>
      </div>
    </Scrim>
  );
}
