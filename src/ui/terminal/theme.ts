import type { ITheme } from '@xterm/xterm';

/** ANSI colours by their names in xterm.js; the stylesheet holds their values. */
const ANSI_NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
const BRIGHT_NAMES = [
  'brightBlack',
  'brightRed',
  'brightGreen',
  'brightYellow',
  'brightBlue',
  'brightMagenta',
  'brightCyan',
  'brightWhite',
] as const;

/** The terminal's colours as the stylesheet has them for `element` right now. */
export function readTheme(element: Element): ITheme {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(`--terminal-${name}`).trim();
  const theme: ITheme = {
    background: read('background'),
    foreground: read('foreground'),
    cursor: read('cursor'),
    cursorAccent: read('background'),
    selectionBackground: read('selection'),
  };
  for (const name of ANSI_NAMES) theme[name] = read(name);
  for (const name of BRIGHT_NAMES) theme[name] = read(`bright-${name.slice('bright'.length).toLowerCase()}`);
  return theme;
}

/** The family in which the stylesheet sets terminals. */
export function readFontFamily(element: Element): string {
  return getComputedStyle(element).getPropertyValue('--font-mono').trim() || 'monospace';
}
