import { Renderer } from './renderer.ts';
import { TerminalView, type TerminalViewOptions } from './terminal-view.ts';

/** Makes terminals. This is the module to load late: xterm.js and all that depends on it come with it. */
export class TerminalFactory {
  readonly #renderer = new Renderer();

  /** Does once, ahead of time, what would hold up the first terminal. */
  warm(): void {
    void this.#renderer.fast;
  }

  make(options: Omit<TerminalViewOptions, 'renderer'>): TerminalView {
    return new TerminalView({ ...options, renderer: this.#renderer });
  }
}
