import type { AppModel } from '#ui/models/app-model.ts';
import { formatPercent } from '#ui/models/format.ts';
import { allows, type MachineAction } from '#ui/models/machine-actions.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import { RELAY_LABELS } from '#ui/models/network-model.ts';
import { LEAVE_TARGET_ID } from '#ui/terminal/ids.ts';
import type { ComponentChildren } from 'preact';
import { useArrivalFocus } from '../arrival.ts';
import { AnchorIcon, BackIcon, LogIcon, PlayIcon, RestartIcon, StopIcon } from '../icons.tsx';
import { Meter } from '../meter.tsx';
import { StatePill } from '../state-pill.tsx';
import { MachineMenu } from './machine-menu.tsx';

interface MachineBarProps {
  readonly app: AppModel;
  readonly machine: MachineModel;
}

/** The slim bar above the terminal. */
export function MachineBar({ app, machine }: MachineBarProps) {
  const heading = useArrivalFocus(app);
  return (
    <header class="machine-bar">
      <a
        id={LEAVE_TARGET_ID}
        class="button button-quiet button-icon"
        href="#/"
        aria-label="Back to the shelf"
        title="Back to the shelf"
      >
        <BackIcon />
      </a>
      <h1 ref={heading} tabIndex={-1} class="machine-title">
        {machine.title}
      </h1>
      <StatePill state={machine.state.value} />
      <NetworkBadge machine={machine} />
      <Keeping app={app} machine={machine} />
      <div class="machine-actions">
        <MainButton machine={machine} />
        <ActionButton machine={machine} action="stop" label="Stop" icon={<StopIcon />} wide />
        <ActionButton machine={machine} action="restart" label="Restart" icon={<RestartIcon />} wide />
        <LogButton machine={machine} />
        <MachineMenu app={app} machine={machine} />
      </div>
    </header>
  );
}

/** The way on from where the machine is. */
function MainButton({ machine }: { readonly machine: MachineModel }) {
  switch (machine.state.value.name) {
    case 'suspended':
      return <ActionButton key="resume" machine={machine} action="resume" label="Resume" icon={<PlayIcon />} />;
    case 'stopped':
      return <ActionButton key="start" machine={machine} action="start" label="Start" icon={<PlayIcon />} />;
    case 'elsewhere':
      return <ActionButton key="take-over" machine={machine} action="takeOver" label="Take over" icon={<PlayIcon />} />;
    default:
      return <ActionButton key="suspend" machine={machine} action="suspend" label="Suspend" icon={<AnchorIcon />} />;
  }
}

interface ActionButtonProps {
  readonly machine: MachineModel;
  readonly action: MachineAction;
  readonly label: string;
  readonly icon: ComponentChildren;
  /** Has a place in the bar only where that is wide; the menu has it too. */
  readonly wide?: boolean;
}

/** Keeps its place where it makes no sense, so that the others do not move under the pointer. */
function ActionButton({ machine, action, label, icon, wide = false }: ActionButtonProps) {
  return (
    <button
      type="button"
      disabled={!allows(machine.state.value, action)}
      class={wide ? 'button button-quiet wide-only' : 'button button-quiet'}
      onClick={() => void machine.request(action)}
    >
      {icon}
      <span class="button-label">{label}</span>
    </button>
  );
}

function LogButton({ machine }: { readonly machine: MachineModel }) {
  return (
    <button
      type="button"
      class="button button-quiet wide-only"
      aria-pressed={machine.logOpen.value}
      onClick={() => machine.toggleLog()}
    >
      <LogIcon />
      Kernel log
    </button>
  );
}

/** A machine that reaches the world says so for as long as it does, and leads to where that is set. */
function NetworkBadge({ machine }: { readonly machine: MachineModel }) {
  const relay = machine.relay.value;
  if (relay === 'off') return null;
  return (
    <button
      type="button"
      class="pill network-badge"
      data-relay={relay}
      aria-label={RELAY_LABELS[relay]}
      title={RELAY_LABELS[relay]}
      onClick={() => machine.network.show()}
    >
      <span class="network-badge-words">{RELAY_LABELS[relay]}</span>
    </button>
  );
}

/** How far the container is on its way to booting offline. */
function Keeping({ app, machine }: MachineBarProps) {
  const download = app.catalog.find(machine.container)?.download;
  if (download?.name !== 'running') return null;
  const { progress } = download;
  const share = progress.bytes / Math.max(progress.total, 1);
  return (
    <div class="keeping" title={`Keeping offline ${formatPercent(share)}`}>
      <span class="keeping-text">Keeping offline {formatPercent(share)}</span>
      <Meter label="Keeping offline" share={share} />
    </div>
  );
}
