import type { ErrorRecord } from '#domain/errors/index.ts';
import { ErrorNote } from '../error-note.tsx';
import { DpkgOutput } from './dpkg-output.tsx';

interface DoneViewProps {
  readonly names: readonly string[];
  /** What became of them. */
  readonly verb: 'installed' | 'removed';
  readonly output: string;
}

/** Packages that are where they are to be. */
export function DoneView({ names, verb, output }: DoneViewProps) {
  return (
    <>
      <p role="status">
        {names.join(', ')} {names.length === 1 ? 'is' : 'are'} {verb}.
      </p>
      <DpkgOutput text={output} />
    </>
  );
}

/** Why they are not. */
export function FailedView({ error }: { readonly error: ErrorRecord }) {
  return (
    <>
      <ErrorNote error={error} />
      <DpkgOutput text={String(error.data['output'] ?? '')} />
    </>
  );
}
