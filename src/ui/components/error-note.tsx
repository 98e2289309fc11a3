import type { ComponentChildren } from 'preact';
import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import { formatRoute, STORAGE } from '#ui/models/route.ts';
import { CloseIcon } from './icons.tsx';

interface ErrorNoteProps {
  readonly error: ErrorRecord;
  /** `caution`: it goes on, but not as asked. */
  readonly tone?: 'danger' | 'caution';
  readonly title?: string;
  /** Puts it away; without it the note stays. */
  readonly onDismiss?: () => void;
  /** Buttons that do what the advice says. */
  readonly children?: ComponentChildren;
}

/** What failed, why, and what to do next. */
export function ErrorNote({ error, tone = 'danger', title, onDismiss, children }: ErrorNoteProps) {
  const { message, advice } = AppError.fromRecord(error);
  return (
    <div class={`note note-${tone}`} role={tone === 'danger' ? 'alert' : 'status'} data-code={error.code}>
      <div class="note-text">
        {title === undefined ? null : <p class="note-title">{title}</p>}
        <p class="note-message">{message}</p>
        <p class="note-advice">{advice}</p>
      </div>
      <NoteActions error={error}>{children}</NoteActions>
      {onDismiss === undefined ? null : (
        <button
          type="button"
          class="button button-quiet button-icon note-dismiss"
          aria-label="Dismiss"
          onClick={onDismiss}
        >
          <CloseIcon />
        </button>
      )}
    </div>
  );
}

/** What the advice says can be done from here. */
function NoteActions({ error, children }: Pick<ErrorNoteProps, 'error' | 'children'>) {
  const full = error.code === 'storage/full';
  if (!full && children === undefined) return null;
  return (
    <div class="note-actions">
      {full ? (
        <a class="button" href={formatRoute(STORAGE)}>
          Open Storage
        </a>
      ) : null}
      {children}
    </div>
  );
}
