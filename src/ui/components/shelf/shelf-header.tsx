import type { ShellModel } from '#ui/models/shell-model.ts';
import { Wordmark } from '../brand.tsx';
import { InstallIcon } from '../icons.tsx';

/** The name, the state of the network, and the browser's offer to install. */
export function ShelfHeader({ shell }: { readonly shell: ShellModel }) {
  return (
    <header class="top">
      <Wordmark />
      <div class="top-end">
        <p class="connection" role="status" data-online={shell.online.value}>
          {shell.online.value ? 'Online' : 'Offline'}
        </p>
        {shell.installable.value ? (
          <button type="button" class="button" onClick={() => void shell.install()}>
            <InstallIcon />
            Install
          </button>
        ) : null}
      </div>
    </header>
  );
}
