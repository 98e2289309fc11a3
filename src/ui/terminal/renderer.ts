import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';

/** Rasterisers that draw WebGL on the CPU; Chromium does not count its own as a performance caveat. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** Draws terminals by WebGL where that is fast; where it is not there, or lost later, xterm.js draws with the DOM. */
export class Renderer {
  #fast: boolean | undefined;

  /**
   * Whether WebGL is fast here. A software rasteriser is slower than the DOM and competes with the guest for the CPU.
   * The first call makes a context and can take tens of milliseconds: better not while a machine boots.
   */
  get fast(): boolean {
    this.#fast ??= hasFastWebgl();
    return this.#fast;
  }

  /**
   * Accelerates an opened terminal.
   * @returns ends that and gives its context back (browsers grant a page about sixteen)
   */
  accelerate(terminal: Terminal): () => void {
    if (!this.fast) return () => {};
    try {
      const addon = new WebglAddon();
      addon.onContextLoss(() => addon.dispose());
      terminal.loadAddon(addon);
      return () => addon.dispose();
    } catch {
      return () => {};
    }
  }
}

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
