import { Meter } from '../meter.tsx';

/** It cannot be called off: the machine has ended already. */
export function Growing() {
  return (
    <>
      <p role="status">The machine restarts with a larger disk.</p>
      <Meter label="Restarting" />
    </>
  );
}
