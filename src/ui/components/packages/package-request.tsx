import type { TargetedSubmitEvent } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { PackagesModel } from '#ui/models/packages-model.ts';

/** Packages that are on no list here can be fetched where there is a network. */
export function PackageRequestForm({ packages }: { readonly packages: PackagesModel }) {
  const [names, setNames] = useState('');
  const hintId = useId();
  const save = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void packages.request(names);
  };
  return (
    <details class="form-more">
      <summary>Ask for packages from elsewhere</summary>
      <form class="form" onSubmit={save}>
        <label class="form-field">
          <span>Names of packages</span>
          <input
            class="field"
            value={names}
            autocapitalize="off"
            spellcheck={false}
            aria-describedby={hintId}
            onInput={(event) => setNames(event.currentTarget.value)}
          />
          <span id={hintId} class="form-hint">
            Saves what this machine has and what you want. On a computer with a network, “portolan bundle” makes of it a
            folder of packages: drop that here.
          </span>
        </label>
        <button type="submit" class="button" disabled={names.trim() === ''}>
          Save the request
        </button>
      </form>
    </details>
  );
}
