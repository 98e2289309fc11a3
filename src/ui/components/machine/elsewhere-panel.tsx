import { useEffect, useRef } from 'preact/hooks';
import { AppError } from '#domain/errors/index.ts';
import type { RunningStateName, TabLink } from '#ports/portolan.ts';
import { focusIsIdle } from '#ui/browser/focus.ts';
import { allows, type MachineAction } from '#ui/models/machine-actions.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import { BusyPanel } from './busy-panel.tsx';
import { Scrim } from './scrim.tsx';

interface ElsewherePanelProps {
  readonly machine: MachineModel;
  readonly link: TabLink;
  readonly there: RunningStateName | undefined;
}

/** A machine that another tab runs: what can be done with it from here. */
export function ElsewherePanel({ machine, link, there }: ElsewherePanelProps) {
  switch (link) {
    case 'watching':
      return null;
    case 'apart':
      return (
        <Scrim>
          <h2>{there === 'starting' ? 'Starting in another tab' : 'Running in another tab'}</h2>
          <p>
            Watch shows its terminal here, and takes what you type. Take over suspends it there and goes on with it
            here.
          </p>
          <Actions machine={machine} actions={['watch', 'takeOver']} />
        </Scrim>
      );
    case 'unreachable':
      return <Unheard machine={machine} code="tab/unreachable" actions={['takeOverLater']} />;
    case 'silent':
      return <Unheard machine={machine} code="tab/silent" actions={['watch', 'takeOverLater']} />;
    case 'connecting':
      return (
        <BusyPanel title="Looking for the other tab">It has to answer before its terminal can be shown here.</BusyPanel>
      );
    case 'taking-over':
      return (
        <BusyPanel title="Taking over">
          The other tab is saving the machine; then it goes on here, exactly where it was.
          <Actions machine={machine} actions={['leave']} />
        </BusyPanel>
      );
    case 'waiting':
      return (
        <BusyPanel title="Waiting for the other tab">
          Once it suspends or stops the machine, or is closed, the machine goes on here from where it was last saved.
          <Actions machine={machine} actions={['leave']} />
        </BusyPanel>
      );
  }
}

interface UnheardProps {
  readonly machine: MachineModel;
  readonly code: 'tab/unreachable' | 'tab/silent';
  readonly actions: readonly MachineAction[];
}

/** The other tab cannot be asked. */
function Unheard({ machine, code, actions }: UnheardProps) {
  const { message, advice } = new AppError(code);
  return (
    <Scrim>
      <h2>Running in another tab</h2>
      <div data-code={code}>
        <p class="panel-message">{message}</p>
        <p>{advice}</p>
      </div>
      <Actions machine={machine} actions={actions} />
    </Scrim>
  );
}

const LABELS: Readonly<Partial<Record<MachineAction, string>>> = {
  watch: 'Watch',
  takeOver: 'Take over',
  takeOverLater: 'Take over once it is free',
  leave: 'Cancel',
};

interface ActionsProps {
  readonly machine: MachineModel;
  /** The first is the way on, and gets the focus. */
  readonly actions: readonly MachineAction[];
}

function Actions({ machine, actions }: ActionsProps) {
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focusIsIdle()) first.current?.focus();
  }, []);
  return (
    <div class="panel-actions">
      {actions.map((action, i) => (
        <button
          key={action}
          ref={i === 0 ? first : null}
          type="button"
          class={i === 0 ? 'button button-primary' : 'button'}
          disabled={!allows(machine.state.value, action)}
          onClick={() => void machine.request(action)}
        >
          {LABELS[action]}
        </button>
      ))}
    </div>
  );
}
