import { parseRoute, sameRoute, SHELF, type Route } from '#ui/models/route.ts';

/** How an installed app hears what it is asked to open (W3C Web App Launch Handler API). */
export interface LaunchParams {
  /** The URL that was to be opened. */
  readonly targetURL?: string | null;
  readonly files: readonly FileSystemHandle[];
}

declare global {
  interface Window {
    /** Only Chromium has it; TypeScript's library does not. */
    readonly launchQueue?: { setConsumer(consumer: (params: LaunchParams) => void): void };
  }
}

/** Queries with which the system opens the app (cli/bundle/manifest.ts): what they hold is text around a link. */
const QUERIES = ['link', 'share', 'share-text'];
/** Bytes of a file that are read; a link is shorter. */
const FILE_BYTES = 65_536;

/** What is done with what the app was opened with. */
export interface LaunchListener {
  /** A text that should hold a link; `first`: the page was opened for it. */
  receive(text: string, options: { readonly replace: boolean }): void;
  go(route: Route): void;
}

/** Hands on what this page was opened with, and what the installed app is asked to open while it runs. */
export function followLaunches(listener: LaunchListener, signal: AbortSignal): void {
  const opened = location.href;
  const text = takeText(new URL(opened));
  if (text !== undefined) listener.receive(text, { replace: true });
  window.launchQueue?.setConsumer(({ targetURL, files }) => {
    if (signal.aborted) return;
    if (files.length > 0) void receiveFile(files, listener);
    // The browser tells of the first launch too, which the page has seen in its address.
    else if (targetURL && targetURL !== opened) receiveUrl(new URL(targetURL), listener);
  });
}

/** The text in the page's own address, which is shown without it from then on. */
function takeText(url: URL): string | undefined {
  const text = textIn(url);
  if (text === undefined) return undefined;
  for (const name of QUERIES) url.searchParams.delete(name);
  history.replaceState(null, '', url);
  return text;
}

function textIn(url: URL): string | undefined {
  const texts = QUERIES.flatMap((name) => url.searchParams.getAll(name)).filter((text) => text !== '');
  return texts.length === 0 ? undefined : texts.join('\n');
}

/** A running app is not reloaded, since its machines would end: it goes to the view by itself. */
function receiveUrl(url: URL, listener: LaunchListener): void {
  const text = textIn(url);
  const route = parseRoute(url.hash);
  if (text !== undefined) listener.receive(text, { replace: false });
  else if (!sameRoute(route, SHELF)) listener.go(route);
}

async function receiveFile(files: readonly FileSystemHandle[], listener: LaunchListener): Promise<void> {
  const [first] = files;
  if (!(first instanceof FileSystemFileHandle)) return;
  const file = await first.getFile();
  listener.receive(await file.slice(0, FILE_BYTES).text(), { replace: false });
}
