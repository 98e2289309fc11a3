import { useEffect } from 'preact/hooks';
import { focusIsIdle, hasFinePointer } from '#ui/browser/focus.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { isUsable } from '#ui/models/machine-actions.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import { TERMINAL_HELP_ID } from '#ui/terminal/ids.ts';
import type { TerminalSlot } from '#ui/terminal/terminal-slot.ts';
import { AppsDialog } from '../apps/apps-dialog.tsx';
import { PackagesDialog } from '../packages/packages-dialog.tsx';
import { RemovalDialog } from '../packages/removal-dialog.tsx';
import { ServicesDialog } from '../services/services-dialog.tsx';
import { CheckpointsDialog } from './checkpoints-dialog.tsx';
import { DiskDialog } from './disk-dialog.tsx';
import { KeyRow } from './key-row.tsx';
import { LogDrawer } from './log-drawer.tsx';
import { MachineBar } from './machine-bar.tsx';
import { MachineDialogs } from './machine-dialogs.tsx';
import { MachineNotes } from './machine-notes.tsx';
import { MachineOverlay } from './machine-overlay.tsx';
import { NetworkDialog } from './network-dialog.tsx';
import { TerminalPane } from './terminal-pane.tsx';

export interface MachineViewProps {
  readonly app: AppModel;
  readonly machine: MachineModel;
  readonly slot: TerminalSlot;
}

/** A machine's terminal and everything around it. */
export function MachineView({ app, machine, slot }: MachineViewProps) {
  const state = machine.state.value;
  const usable = isUsable(state);
  useTerminalFocus(slot, usable && state.name !== 'waiting');
  return (
    <div class="machine">
      <MachineBar app={app} machine={machine} />
      <main class="machine-main">
        <p class="visually-hidden" role="status">
          {machine.announcement.value}
        </p>
        <p id={TERMINAL_HELP_ID} class="visually-hidden">
          Keys go to the guest, Tab too. To leave the terminal, press Control or Command, Shift and Up Arrow.
        </p>
        <MachineNotes app={app} machine={machine} slot={slot} />
        <div class="machine-stage">
          <TerminalPane slot={slot} usable={usable} />
          <MachineOverlay machine={machine} />
        </div>
        {machine.logOpen.value ? <LogDrawer machine={machine} /> : null}
        {usable ? <KeyRow slot={slot} /> : null}
      </main>
      <MachineDialogs machine={machine} />
      <AppsDialog app={app} machine={machine} />
      <NetworkDialog machine={machine} />
      <DiskDialog machine={machine} />
      <ServicesDialog machine={machine} />
      <CheckpointsDialog machine={machine} />
      <PackagesDialog app={app} />
      <RemovalDialog app={app} />
    </div>
  );
}

/** Whoever waits for the prompt wants to type, unless they turned to something else meanwhile. */
function useTerminalFocus(slot: TerminalSlot, running: boolean): void {
  useEffect(() => {
    if (running && hasFinePointer() && focusIsIdle()) slot.focus();
  }, [slot, running]);
}
