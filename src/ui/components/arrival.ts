import { useEffect, useRef } from 'preact/hooks';
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
