import type { ComponentChildren, TargetedMouseEvent } from 'preact';
import { useId } from 'preact/hooks';
import { MoreIcon } from './icons.tsx';

interface MenuProps {
  readonly label: string;
  readonly children: ComponentChildren;
}

/** A few more actions behind a button. The browser opens, places and closes it; choosing one closes it too. */
export function Menu({ label, children }: MenuProps) {
  const id = useId();
  return (
    <>
      <button type="button" class="button button-quiet button-icon" aria-label={label} title={label} popovertarget={id}>
        <MoreIcon />
      </button>
      <div id={id} class="menu" popover="auto" onClick={closeAfterChoice}>
        {children}
      </div>
    </>
  );
}

function closeAfterChoice(event: TargetedMouseEvent<HTMLDivElement>): void {
  if (event.target instanceof Element && event.target.closest('button') !== null) event.currentTarget.hidePopover();
}
