import type { AppModel } from '#ui/models/app-model.ts';
import { useArrivalFocus } from '../arrival.ts';
import { ErrorNote } from '../error-note.tsx';
import { PageHeader } from '../page-header.tsx';
import { RhumbLines } from '../rhumb-lines.tsx';
import { CatalogSection } from './catalog-section.tsx';
import { ImportSection } from './import-section.tsx';
import { MachinesSection } from './machines-section.tsx';

/** Where a visit begins: the user's machines, and the containers to boot. */
export function ShelfView({ app }: { readonly app: AppModel }) {
  const heading = useArrivalFocus(app);
  const limitation = app.shell.limitation.value;
  return (
    <div class="shelf">
      <RhumbLines />
      <PageHeader app={app} />
      <main class="shelf-main">
        <div class="hero">
          <h1 ref={heading} tabIndex={-1}>
            Linux machines that stay with you
          </h1>
          <p class="lead">
            Boot a Debian container right in this browser. Keep it offline, and it starts again with no network.
          </p>
        </div>
        {limitation === undefined ? null : <ErrorNote tone="caution" error={limitation} />}
        <MachinesSection app={app} />
        <CatalogSection app={app} />
        <ImportSection app={app} />
      </main>
      <footer class="shelf-footer">
        <p>Machines run on this device. Nothing is downloaded until you say so.</p>
        <p>
          Build <code>{app.build}</code>
        </p>
      </footer>
    </div>
  );
}
