import type { AppModel } from '#ui/models/app-model.ts';
import { Page } from './page.tsx';

/** For an address that names a machine which is not here. */
export function MissingView({ app }: { readonly app: AppModel }) {
  return (
    <Page
      app={app}
      title="No such machine here"
      lead="It was stopped, removed, or belongs to another browser. Machines that run end with their page; suspended ones stay."
    >
      <p>
        <a class="button button-primary" href="#/">
          Back to the shelf
        </a>
      </p>
    </Page>
  );
}
