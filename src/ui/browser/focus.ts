/** True when the focus is on nothing that the user chose, so that the page may move it. */
export function focusIsIdle(): boolean {
  const focused = document.activeElement;
  return focused === null || focused === document.body || focused.matches('h1, h2, :disabled');
}

/** True with a mouse or the like: where focusing a terminal does not bring up a keyboard over half of the screen. */
export function hasFinePointer(): boolean {
  return matchMedia('(pointer: fine)').matches;
}
