import type { ComponentChildren } from 'preact';
import type { ErrorCode } from '#domain/errors/index.ts';

interface ScrimProps {
  /** Of the error that it tells of. */
  readonly code?: ErrorCode | undefined;
  readonly children: ComponentChildren;
}

/** A panel over the terminal. */
export function Scrim({ code, children }: ScrimProps) {
  return (
    <div class="scrim">
      <div class={code === undefined ? 'panel' : 'panel panel-danger'} data-code={code}>
        {children}
      </div>
    </div>
  );
}
