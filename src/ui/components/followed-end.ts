import { useLayoutEffect, useRef } from 'preact/hooks';

/** Pixels from the end within which a reader counts as reading the newest lines. */
const NEAR_END = 48;

/** Keeps the newest of a text that grows in sight, while its end is in sight. @returns for the element that scrolls */
export function useFollowedEnd(text: unknown) {
  const view = useRef<HTMLPreElement>(null);
  const height = useRef(0);
  useLayoutEffect(() => {
    const element = view.current;
    if (element === null) return;
    const wasNearEnd = element.scrollTop + element.clientHeight >= height.current - NEAR_END;
    if (wasNearEnd) element.scrollTop = element.scrollHeight;
    height.current = element.scrollHeight;
  }, [text]);
  return view;
}
