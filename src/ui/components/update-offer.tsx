import type { AppModel } from '#ui/models/app-model.ts';
import { Dialog } from './dialog.tsx';

/** Offers a newer build, and asks first where machines run. */
export function UpdateOffer({ app }: { readonly app: AppModel }) {
  const { update } = app;
  return (
    <>
      <div role="status" class="strip-place">
        {update.offered.value ? (
          <div class="strip">
            <p>A new version is ready.</p>
            <div class="strip-actions">
              <button
                type="button"
                class="button"
                disabled={update.step.value === 'applying'}
                onClick={() => void update.accept()}
              >
                Update
              </button>
              <button type="button" class="button button-quiet" onClick={() => update.postpone()}>
                Later
              </button>
            </div>
          </div>
        ) : null}
      </div>
      <UpdateDialog app={app} />
    </>
  );
}

function UpdateDialog({ app }: { readonly app: AppModel }) {
  const { update, machines } = app;
  const step = update.step.value;
  const suspending = step === 'suspending';
  return (
    <Dialog
      open={step === 'asking' || suspending || step === 'suspend-failed'}
      title="Update Portolan?"
      onCancel={() => update.cancel()}
      actions={
        <>
          <button type="button" class="button" onClick={() => update.cancel()}>
            Cancel
          </button>
          <button type="button" class="button button-danger" disabled={suspending} onClick={() => void update.apply()}>
            Update, losing changes
          </button>
          <button
            type="button"
            class="button button-primary"
            disabled={suspending}
            onClick={() => void update.suspendAndApply()}
          >
            {suspending ? 'Suspending…' : 'Suspend and update'}
          </button>
        </>
      }
    >
      <p>The update reloads this page, and running machines end with it:</p>
      <ul class="plain-list">
        {machines.active.value.map((machine) => (
          <li key={machine.id}>{machine.title}</li>
        ))}
      </ul>
      <p>Suspend them first and they go on afterwards, where they were.</p>
      {step === 'suspend-failed' ? (
        <p class="text-danger">Not all of them could be suspended. Nothing was updated.</p>
      ) : null}
    </Dialog>
  );
}
