import type { TargetedDragEvent, TargetedEvent } from 'preact';
import { useRef } from 'preact/hooks';
import type { AppModel } from '#ui/models/app-model.ts';
import { formatPercent } from '#ui/models/format.ts';
import { Dialog } from '../dialog.tsx';
import { ErrorNote } from '../error-note.tsx';
import { Meter } from '../meter.tsx';

/** Takes machines that were exported, here or elsewhere: chosen, or dropped on it. */
export function ImportSection({ app }: { readonly app: AppModel }) {
  const input = useRef<HTMLInputElement>(null);
  const take = (file: File | undefined) => {
    if (file !== undefined) void app.imports.take(file);
  };
  const choose = (event: TargetedEvent<HTMLInputElement>) => {
    take(event.currentTarget.files?.[0]);
    // The same file can be chosen again.
    event.currentTarget.value = '';
  };
  const drop = (event: TargetedDragEvent<HTMLElement>) => {
    event.preventDefault();
    take(event.dataTransfer?.files[0]);
  };
  return (
    <section class="import" aria-labelledby="import-title" onDragOver={allowDrop} onDrop={drop}>
      <div class="import-text">
        <h2 id="import-title">Machines from elsewhere</h2>
        <p class="text-soft">A machine that was exported, in this browser or another, can go on here.</p>
      </div>
      <button type="button" class="button" onClick={() => input.current?.click()}>
        Import a machine…
      </button>
      <input ref={input} type="file" hidden onChange={choose} />
      <ImportDialog app={app} />
    </section>
  );
}

/** Without this the browser would open what is dropped. */
function allowDrop(event: TargetedDragEvent<HTMLElement>): void {
  if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
}

function ImportDialog({ app }: { readonly app: AppModel }) {
  const { imports } = app;
  const state = imports.state.value;
  return (
    <Dialog
      open={state !== undefined}
      title={state?.name === 'failed' ? 'The machine could not be imported' : 'Importing a machine'}
      onCancel={() => imports.close()}
      actions={
        <button type="button" class="button" onClick={() => imports.close()}>
          {state?.name === 'failed' ? 'Close' : 'Cancel'}
        </button>
      }
    >
      <p class="import-file">{state?.file}</p>
      {state?.name === 'importing' ? (
        <>
          <p>The file is checked first, then the machine is made of it. {formatPercent(state.share)}</p>
          <Meter label="Importing" share={state.share} />
        </>
      ) : null}
      {state?.name === 'failed' ? <ErrorNote error={state.error} /> : null}
    </Dialog>
  );
}
