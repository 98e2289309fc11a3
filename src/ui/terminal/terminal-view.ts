import { effect, type ReadonlySignal } from '@preact/signals';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import type { MachineConsole } from '#ports/portolan.ts';
import type { KeyboardModel } from '#ui/models/keyboard-model.ts';
import type { Renderer } from './renderer.ts';
import { installShortcuts, type ShortcutActions } from './shortcuts.ts';
import { readFontFamily, readTheme } from './theme.ts';

export interface TerminalViewOptions {
  readonly label: string;
  /** Id of the element that tells how to leave the terminal by keyboard. */
  readonly describedBy: string;
  readonly console: MachineConsole;
  readonly keyboard: KeyboardModel;
  readonly screenReader: ReadonlySignal<boolean>;
  readonly shortcuts: ShortcutActions;
  readonly renderer: Renderer;
}

/** Lines above the screen that can be scrolled back to. */
const SCROLLBACK_LINES = 5000;
/** WCAG 2.2 AA for text; xterm.js shifts a guest's colours that fall below. */
const CONTRAST_RATIO = 4.5;
const FONT_PIXELS = 14;

/** One machine's terminal. It lives as long as the machine and moves in and out of the page as views change. */
export class TerminalView {
  readonly #options: TerminalViewOptions;
  readonly #abort = new AbortController();
  readonly #host = document.createElement('div');
  readonly #fit = new FitAddon();
  readonly #terminal: Terminal;
  #stopEffects: () => void = () => {};
  #frame = 0;
  /** The size that the guest was told last. */
  #sent: { readonly columns: number; readonly rows: number } | undefined;

  constructor(options: TerminalViewOptions) {
    this.#options = options;
    this.#host.className = 'terminal-host';
    this.#terminal = new Terminal({
      fontSize: FONT_PIXELS,
      lineHeight: 1.15,
      scrollback: SCROLLBACK_LINES,
      minimumContrastRatio: CONTRAST_RATIO,
      cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      macOptionIsMeta: true,
    });
    this.#terminal.loadAddon(this.#fit);
    installShortcuts(this.#terminal, options.shortcuts);
    this.#connect();
  }

  /** Puts the terminal into `parent`. @returns takes it out again; it goes on in the background */
  show(parent: HTMLElement): () => void {
    parent.append(this.#host);
    this.#open();
    const stopAcceleration = this.#accelerateSoon();
    const observer = new ResizeObserver(() => this.#scheduleFit());
    observer.observe(this.#host); // Tells the first size too, in a frame of its own.
    return () => {
      observer.disconnect();
      cancelAnimationFrame(this.#frame);
      stopAcceleration();
      this.#host.remove();
    };
  }

  focus(): void {
    this.#terminal.focus();
  }

  dispose(): void {
    this.#abort.abort();
    this.#stopEffects();
    this.#terminal.dispose();
    this.#host.remove();
  }

  #connect(): void {
    const terminal = this.#terminal;
    const { console, keyboard } = this.#options;
    terminal.onData((data) => console.write(keyboard.apply(data)));
    terminal.onBinary((data) => console.write(Uint8Array.from(data, (character) => character.charCodeAt(0))));
    keyboard.connect({
      input: (data) => terminal.input(data),
      applicationCursor: () => terminal.modes.applicationCursorKeysMode,
    });
    // The promise resolves once xterm.js has parsed the bytes: that is what holds a noisy guest back.
    const sink = (bytes: Uint8Array<ArrayBuffer>) => new Promise<void>((resolve) => terminal.write(bytes, resolve));
    console.attach(sink, { signal: this.#abort.signal });
  }

  /** In a task of its own: opening is long enough already. @returns ends it */
  #accelerateSoon(): () => void {
    let stop: (() => void) | undefined;
    const timer = setTimeout(() => (stop = this.#options.renderer.accelerate(this.#terminal)));
    return () => {
      clearTimeout(timer);
      stop?.();
    };
  }

  /** xterm.js measures its font when it opens, so that has to wait until the host is in the page. */
  #open(): void {
    if (this.#terminal.element !== undefined) return;
    this.#readAppearance();
    this.#terminal.open(this.#host);
    this.#terminal.textarea?.setAttribute('aria-label', this.#options.label);
    this.#terminal.textarea?.setAttribute('aria-describedby', this.#options.describedBy);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', () => this.#readAppearance(), { signal: this.#abort.signal });
    this.#stopEffects = effect(() => {
      this.#terminal.options.screenReaderMode = this.#options.screenReader.value;
    });
  }

  #readAppearance(): void {
    this.#terminal.options.fontFamily = readFontFamily(this.#host);
    this.#terminal.options.theme = readTheme(this.#host);
  }

  /** Once a frame is as often as a new size can be seen. */
  #scheduleFit(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#fitNow());
  }

  /** Without a size there is nothing to fit to, and the guest keeps the one it has. */
  #fitNow(): void {
    if (this.#host.clientWidth === 0 || this.#host.clientHeight === 0) return;
    this.#fit.fit();
    const { cols, rows } = this.#terminal;
    if (this.#sent?.columns === cols && this.#sent.rows === rows) return;
    this.#sent = { columns: cols, rows };
    this.#options.console.resize(cols, rows);
  }
}
