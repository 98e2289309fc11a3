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

/** Rasterisers that draw WebGL on the CPU; Chromium does not count its own as a performance caveat. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** A software rasteriser is slower than the DOM and competes with the guest for the CPU. */
function hasFastWebgl(): boolean {
  const context = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
  if (context === null) return false;
  const name = rendererName(context);
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return !SOFTWARE.test(name);
}

function rendererName(context: WebGL2RenderingContext): string {
  const debug = context.getExtension('WEBGL_debug_renderer_info');
  return String(context.getParameter(debug === null ? context.RENDERER : debug.UNMASKED_RENDERER_WEBGL));
}
