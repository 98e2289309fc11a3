import type { AppModel } from '#ui/models/app-model.ts';
import { useArrivalFocus } from './arrival.ts';
import { Wordmark } from './brand.tsx';

/** For an address that names a machine which is not here. */
export function MissingView({ app }: { readonly app: AppModel }) {
  const heading = useArrivalFocus(app);
  return (
    <div class="missing">
      <header class="top">
        <Wordmark />
      </header>
      <main class="missing-main">
        <h1 ref={heading} tabIndex={-1}>
          No such machine here
        </h1>
        <p>
          It was stopped, removed, or belongs to another browser. Machines that run end with their page; suspended ones
          stay.
        </p>
        <a class="button button-primary" href="#/">
          Back to the shelf
        </a>
      </main>
    </div>
  );
}
