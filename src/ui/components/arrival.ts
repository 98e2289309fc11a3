import { useEffect, useRef } from 'preact/hooks';
import { focusIsIdle } from '#ui/browser/focus.ts';
import type { RefObject } from 'preact';
import type { AppModel } from '#ui/models/app-model.ts';

/** For a view's heading: it gets the focus when the user comes from another view. */
export function useArrivalFocus(app: AppModel): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (app.moved) heading.current?.focus({ preventScroll: true });
  }, []);
  return heading;
}

/** For a list of `count`: when the row that had the focus is removed, the view's heading gets it, not the page's top. */
export function useFocusAfterRemoval(count: number): void {
  const before = useRef(count);
  useEffect(() => {
    if (count < before.current && focusIsIdle()) document.querySelector('h1')?.focus();
    before.current = count;
  }, [count]);
}
