import { useId, useRef } from 'preact/hooks';
import type { NetworkReport } from '#ports/network-desk.ts';
import { formatBytes } from '#ui/models/format.ts';
import type { MachineModel } from '#ui/models/machine-model.ts';
import { RELAY_LABELS, type NetworkModel } from '#ui/models/network-model.ts';
import { Dialog } from '../dialog.tsx';
import { ErrorNote } from '../error-note.tsx';

/** The machine's way to the world: none, unless the user names a relay. */
export function NetworkDialog({ machine }: { readonly machine: MachineModel }) {
  const { network } = machine;
  const error = network.error.value;
  const report = network.report.value;
  return (
    <Dialog
      open={network.open.value}
      title={`Network of ${machine.title}`}
      onCancel={() => network.close()}
      actions={
        <button type="button" class="button" onClick={() => network.close()}>
          Close
        </button>
      }
    >
      {error === undefined ? null : <ErrorNote error={error} />}
      {report === undefined ? <Asking failed={error !== undefined} /> : <Content network={network} report={report} />}
    </Dialog>
  );
}

function Asking({ failed }: { readonly failed: boolean }) {
  return failed ? null : <p role="status">Asking the machine …</p>;
}

interface ContentProps {
  readonly network: NetworkModel;
  readonly report: NetworkReport;
}

function Content({ network, report }: ContentProps) {
  const { state } = report;
  return (
    <>
      <p role="status" class="network-state" data-relay={state.name}>
        {state.name === 'off'
          ? 'This machine has no network. Its pages open here all the same.'
          : RELAY_LABELS[state.name]}
      </p>
      {state.name === 'off' ? null : <Traffic report={report} />}
      {state.name === 'failed' ? <ErrorNote tone="caution" error={state.error} /> : null}
      <RelayForm network={network} report={report} />
      <p class="form-hint">
        A relay is a server that speaks the wisp protocol and makes the machine’s connections for it. Whoever runs it
        sees where the machine connects, and all that is not encrypted. Use one that you trust, or your own. Only TCP
        passes.
      </p>
    </>
  );
}

function Traffic({ report }: Pick<ContentProps, 'report'>) {
  const { sent, received, connections } = report;
  return (
    <p class="row-facts" aria-label="Traffic">
      {formatBytes(received)} received · {formatBytes(sent)} sent · {connections}{' '}
      {connections === 1 ? 'connection' : 'connections'}
    </p>
  );
}

function RelayForm({ network, report }: ContentProps) {
  const form = useRef<HTMLFormElement>(null);
  const hintId = useId();
  const formError = network.formError.value;
  const isOn = report.relay !== undefined;
  const turnOn = (event: SubmitEvent) => {
    event.preventDefault();
    const url = form.current ? new FormData(form.current).get('relay') : undefined;
    if (typeof url === 'string') void network.set(url);
  };
  return (
    <form ref={form} class="form" onSubmit={turnOn}>
      <label class="form-field">
        <span>Relay</span>
        <input
          name="relay"
          class="field"
          type="text"
          inputMode="url"
          autocomplete="url"
          spellcheck={false}
          placeholder="wss://relay.example/"
          defaultValue={report.relay ?? ''}
          required
          aria-describedby={hintId}
        />
        <span id={hintId} class="form-hint">
          Its address, beginning with wss://. For a relay on this device ws://localhost works, too.
        </span>
      </label>
      {formError === undefined ? null : <ErrorNote error={formError} />}
      <div class="row-actions">
        <button type="submit" class="button">
          {turnOnLabel(report)}
        </button>
        {isOn ? (
          <button type="button" class="button" onClick={() => void network.set(undefined)}>
            Turn off
          </button>
        ) : null}
      </div>
    </form>
  );
}

function turnOnLabel({ relay, state }: NetworkReport): string {
  if (relay === undefined) return 'Turn on';
  return state.name === 'failed' ? 'Try again' : 'Use this relay';
}
