import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface DialogProps {
  readonly open: boolean;
  readonly title: string;
  /** Esc or the like: the user wants none of it. */
  readonly onCancel: () => void;
  readonly children: ComponentChildren;
  /** The buttons; the first gets the focus, so it is the harmless one. */
  readonly actions: ComponentChildren;
}

/** A question that has to be answered first. */
export function Dialog({ open, title, onCancel, children, actions }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => show(dialog.current, open), [open]);
  // Browsers close a dialog at the second Esc without asking; `open` is still true then.
  const closed = () => {
    if (open) onCancel();
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={titleId} onClose={closed}>
      <h2 id={titleId} class="dialog-title">
        {title}
      </h2>
      <div class="dialog-text">{children}</div>
      <div class="dialog-actions">{actions}</div>
    </dialog>
  );
}

function show(dialog: HTMLDialogElement | null, open: boolean): void {
  if (open && dialog?.open === false) dialog.showModal();
  if (!open && dialog?.open === true) dialog.close();
}
