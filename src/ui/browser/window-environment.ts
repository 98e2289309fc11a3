import type { Environment } from '#ui/models/environment.ts';
import { followClock } from './clock.ts';
import { localSettings } from './local-settings.ts';
import type { Navigation } from './navigation.ts';

/** The environment that this window offers to the models. */
export function windowEnvironment(navigation: Navigation): Environment {
  return {
    route: navigation.route,
    debug: navigation.debug,
    now: followClock(),
    settings: localSettings,
    get moved() {
      return navigation.moved;
    },
    go: (route, options) => navigation.go(route, options),
    setDebug: (open) => navigation.setDebug(open),
    linkTo: (fragment) => new URL(fragment, new URL(location.pathname, location.origin)).href,
    openTab: (url) => void window.open(url, '_blank', 'noopener'),
    copy: (text) => navigator.clipboard.writeText(text),
    save: saveFile,
    share: 'share' in navigator ? handOn : undefined,
  };
}

/** Milliseconds in which a browser has begun to read a download. */
const READ_MS = 60_000;

function saveFile(name: string, file: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), READ_MS);
}

async function handOn(link: { readonly title: string; readonly url: string }): Promise<void> {
  try {
    await navigator.share(link);
  } catch (error) {
    // The user closed the dialog: that is an answer, too.
    if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
  }
}
