'use client';

import { useState } from 'react';

/** One sees by it that the page has come to life in the browser. */
export function Presses() {
  const [presses, setPresses] = useState(0);
  return (
    <button type="button" onClick={() => setPresses(presses + 1)}>
      Pressed {presses} {presses === 1 ? 'time' : 'times'}
    </button>
  );
}
