import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';

/**
 * Draws an opened terminal by WebGL where that is fast; where it is not there, or lost later, xterm.js draws with the DOM.
 * @returns ends the acceleration and gives its context back (browsers grant a page about sixteen)
 */
export function accelerate(terminal: Terminal): () => void {
  if (!hasFastWebgl()) return () => {};
  try {
    const addon = new WebglAddon();
    addon.onContextLoss(() => addon.dispose());
    terminal.loadAddon(addon);
    return () => addon.dispose();
  } catch {
    return () => {};
  }
}

/** A software rasteriser is slower than the DOM and competes with the guest for the CPU. */
function hasFastWebgl(): boolean {
  const context = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}
