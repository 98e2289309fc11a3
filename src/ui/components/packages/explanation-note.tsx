import type { Explanation } from '#domain/packages/index.ts';

interface ExplanationNoteProps {
  readonly title: string;
  readonly explanation: Explanation;
}

/** Why packages cannot be what they are to be. */
export function ExplanationNote({ title, explanation }: ExplanationNoteProps) {
  return (
    <div class="note note-caution" role="alert">
      <div class="note-text">
        <p class="note-title">{title}</p>
        {explanation.text.split('\n').map((line) => (
          <p key={line} class="note-message">
            {line}
          </p>
        ))}
      </div>
    </div>
  );
}
