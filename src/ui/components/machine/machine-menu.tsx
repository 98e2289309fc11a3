import { IDLE_MINUTES } from '#ports/portolan.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { memoryWords } from '#ui/models/format.ts';
import { allows, isExportable, type MachineAction } from '#ui/models/machine-actions.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import { Menu } from '../menu.tsx';

interface MachineMenuProps {
  readonly app: AppModel;
  readonly machine: MachineModel;
}

/** What has no place in the bar, and on narrow screens what has it elsewhere. */
export function MachineMenu({ app, machine }: MachineMenuProps) {
  return (
    <Menu label="More actions">
      <ActionItem machine={machine} action="suspend" label="Suspend" narrow />
      <ActionItem machine={machine} action="resume" label="Resume" narrow />
      <ActionItem machine={machine} action="start" label="Start" narrow />
      <ActionItem machine={machine} action="takeOver" label="Take over" narrow />
      <ActionItem machine={machine} action="leave" label="Stop watching" narrow />
      <ActionItem machine={machine} action="stop" label="Stop" narrow />
      <ActionItem machine={machine} action="restart" label="Restart" narrow />
      <button
        type="button"
        class="menu-item narrow-only"
        aria-pressed={machine.logOpen.value}
        onClick={() => machine.toggleLog()}
      >
        Kernel log
      </button>
      <button type="button" class="menu-item" onClick={() => machine.apps.show()}>
        Web servers…
      </button>
      <button type="button" class="menu-item" onClick={() => machine.network.show()}>
        Network…
      </button>
      <button type="button" class="menu-item" onClick={() => machine.services.show()}>
        Services…
      </button>
      {machine.state.value.name === 'running' ? (
        <>
          <button type="button" class="menu-item" onClick={() => app.packages.open(machine)}>
            Install packages…
          </button>
          <button type="button" class="menu-item" onClick={() => void app.removal.open(machine)}>
            Remove packages…
          </button>
          <button type="button" class="menu-item" onClick={() => void machine.disk.show()}>
            Disk size…
          </button>
        </>
      ) : null}
      {machine.state.value.name === 'elsewhere' ? null : (
        <button type="button" class="menu-item" onClick={() => machine.checkpoints.show()}>
          Checkpoints…
        </button>
      )}
      {isExportable(machine.state.value) ? (
        <button type="button" class="menu-item" onClick={() => void app.exports.request(machine)}>
          Export…
        </button>
      ) : null}
      <ActionItem machine={machine} action="startOver" label="Start over…" />
      <ActionItem machine={machine} action="remove" label="Remove from this device" />
      <button type="button" class="menu-item" onClick={() => app.shareMachine(machine)}>
        Share its container…
      </button>
      <ScreenReaderItem app={app} />
      <IdleItem app={app} />
      <Memory machine={machine} />
      <ShortcutHelp />
    </Menu>
  );
}

interface ActionItemProps {
  readonly machine: MachineModel;
  readonly action: MachineAction;
  readonly label: string;
  readonly narrow?: boolean;
}

function ActionItem({ machine, action, label, narrow = false }: ActionItemProps) {
  if (!allows(machine.state.value, action)) return null;
  return (
    <button
      type="button"
      class={narrow ? 'menu-item narrow-only' : 'menu-item'}
      onClick={() => void machine.request(action)}
    >
      {label}
    </button>
  );
}

function ScreenReaderItem({ app }: { readonly app: AppModel }) {
  const { preferences } = app;
  return (
    <button
      type="button"
      class="menu-item"
      aria-pressed={preferences.screenReader.value}
      onClick={() => preferences.toggleScreenReader()}
    >
      Screen reader mode
      <span class="menu-hint">Lets a screen reader read the terminal. Slower.</span>
    </button>
  );
}

function Memory({ machine }: Pick<MachineMenuProps, 'machine'>) {
  const words = memoryWords(machine.memory.value);
  return words === '' ? null : <p class="menu-facts">{words}</p>;
}

function IdleItem({ app }: { readonly app: AppModel }) {
  const { preferences } = app;
  const choose = (value: string) => {
    const minutes = IDLE_MINUTES.find((each) => String(each) === value);
    if (minutes !== undefined) preferences.setIdleMinutes(minutes);
  };
  return (
    <label class="menu-setting">
      <span>Suspend when idle in a hidden tab</span>
      <select
        class="field"
        value={String(preferences.idleMinutes.value)}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {IDLE_MINUTES.map((minutes) => (
          <option key={minutes} value={String(minutes)}>
            {minutes === 0 ? 'Never' : `After ${minutes} minutes`}
          </option>
        ))}
      </select>
    </label>
  );
}

function ShortcutHelp() {
  return (
    <dl class="menu-help">
      <div>
        <dt>Copy, paste</dt>
        <dd>
          <kbd>Ctrl+Shift+C</kbd> <kbd>V</kbd>
        </dd>
      </div>
      <div>
        <dt>Leave the terminal</dt>
        <dd>
          <kbd>Ctrl+Shift+↑</kbd>
        </dd>
      </div>
    </dl>
  );
}
