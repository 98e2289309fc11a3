import { useLayoutEffect, useRef } from 'preact/hooks';
import { DownIcon, UpIcon } from '../icons.tsx';
import type { SourceRowProps } from './source-row.tsx';

/** Moves a source in the user's order. The focus goes with it, however the list is put together anew. */
export function MoveButtons({ app, source, place, count }: SourceRowProps) {
  const used = useRef<HTMLButtonElement | null>(null);
  useLayoutEffect(() => {
    used.current?.focus();
    used.current = null;
  }, [place]);
  const move = (by: -1 | 1) => (event: { readonly currentTarget: HTMLButtonElement }) => {
    used.current = event.currentTarget;
    void app.sources.move(source, by);
  };
  return (
    <>
      <button
        type="button"
        class="button button-quiet button-icon"
        aria-label={`Move ${source.name} up`}
        title="Move up"
        aria-disabled={place === 0}
        onClick={move(-1)}
      >
        <UpIcon />
      </button>
      <button
        type="button"
        class="button button-quiet button-icon"
        aria-label={`Move ${source.name} down`}
        title="Move down"
        aria-disabled={place === count - 1}
        onClick={move(1)}
      >
        <DownIcon />
      </button>
    </>
  );
}
