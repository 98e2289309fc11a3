import { useId } from 'preact/hooks';
import type { ErrorRecord } from '#domain/errors/index.ts';
import type { PackagesModel } from '#ui/models/packages-model.ts';
import { ErrorNote } from '../error-note.tsx';

interface PackageChoiceProps {
  readonly packages: PackagesModel;
  readonly error: ErrorRecord | undefined;
}

/** Where files are chosen, or dropped. */
export function PackageChoice({ packages, error }: PackageChoiceProps) {
  const hintId = useId();
  const take = (files: FileList | null | undefined): void => void packages.choose([...(files ?? [])]);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    take(event.dataTransfer?.files);
  };
  return (
    <>
      {error === undefined ? null : <ErrorNote error={error} />}
      <label class="form-field drop" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <span>Packages</span>
        <input
          type="file"
          class="field"
          accept=".deb,application/vnd.debian.binary-package"
          multiple
          aria-describedby={hintId}
          onChange={(event) => take(event.currentTarget.files)}
        />
        <span id={hintId} class="form-hint">
          Choose .deb files, or drop them here: those that you want, and what they need that the machine does not have.
          Nothing is changed before you have seen what would be.
        </span>
      </label>
    </>
  );
}
