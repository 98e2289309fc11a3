import { useId } from 'preact/hooks';
import type { ErrorRecord } from '#domain/errors/index.ts';
import { droppedFiles } from '#ui/browser/dropped-files.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { ErrorNote } from '../error-note.tsx';
import { PackageRequestForm } from './package-request.tsx';
import { RuntimeList } from './runtime-list.tsx';

interface PackageChoiceProps {
  readonly app: AppModel;
  readonly error: ErrorRecord | undefined;
}

/** What can be installed: runtimes of the sources, and files that are chosen or dropped. */
export function PackageChoice({ app, error }: PackageChoiceProps) {
  const { packages } = app;
  const hintId = useId();
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    const { dataTransfer } = event;
    if (dataTransfer) void packages.chooseFrom(() => droppedFiles(dataTransfer, '.deb'));
  };
  return (
    <>
      {error === undefined ? null : <ErrorNote error={error} />}
      <RuntimeList app={app} />
      <label class="form-field drop" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <span>Packages of your own</span>
        <input
          type="file"
          class="field"
          accept=".deb,application/vnd.debian.binary-package"
          multiple
          aria-describedby={hintId}
          onChange={(event) => void packages.choose([...(event.currentTarget.files ?? [])])}
        />
        <span id={hintId} class="form-hint">
          .deb files, chosen or dropped here, also as a folder: those that you want, and what they need that the machine
          does not have. Nothing is changed before you have seen what would be.
        </span>
      </label>
      <PackageRequestForm packages={packages} />
    </>
  );
}
