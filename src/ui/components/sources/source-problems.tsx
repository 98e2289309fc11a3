import type { Source } from '#ports/sources.ts';
import type { AppModel } from '#ui/models/app-model.ts';
import { failingWords } from '#ui/models/source-words.ts';
import { ErrorNote } from '../error-note.tsx';

interface SourceProblemsProps {
  readonly app: AppModel;
  readonly source: Source;
}

/** Why nothing new comes from a source, and when it is tried again. */
export function SourceProblems({ app, source }: SourceProblemsProps) {
  const { health, signature, enabled } = source;
  if (!enabled) return null;
  return (
    <>
      {health.error === undefined ? null : (
        <ErrorNote tone="caution" title={failingWords(source, app.now.value)} error={health.error}>
          <button
            type="button"
            class="button"
            disabled={app.sources.isBusy(source.url)}
            onClick={() => void app.sources.refresh(source)}
          >
            Try now
          </button>
        </ErrorNote>
      )}
      {signature.name === 'refused' ? <ErrorNote error={signature.error} title="Its signature was refused" /> : null}
    </>
  );
}
