import { useRef } from 'preact/hooks';
import type { LinkModel } from '#ui/models/link-model.ts';

interface PasteLinkProps {
  readonly link: LinkModel;
  /** What was received in place of a link, to correct. */
  readonly text: string;
}

/** For links that come where the system does not hand them to the app. */
export function PasteLink({ link, text }: PasteLinkProps) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <form
      class="form paste"
      onSubmit={(event) => {
        event.preventDefault();
        link.receive(field.current?.value ?? '');
      }}
    >
      <label class="form-field">
        <span>Link</span>
        <input
          ref={field}
          class="field field-mono"
          type="text"
          inputMode="url"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          required
          key={text}
          defaultValue={text}
          placeholder="https://…/#/boot/sha256:…"
        />
      </label>
      <button type="submit" class="button button-primary">
        Open
      </button>
    </form>
  );
}
