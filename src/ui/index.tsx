/** The page: models that act, components that render them. Not here: engines, storage, the service worker (src/app brings them). */
import { effect } from '@preact/signals';
import { render } from 'preact';
import type { Portolan } from '#ports/portolan.ts';
import type { Shell } from '#ports/shell.ts';
import { followLaunches } from './browser/launches.ts';
import { Navigation } from './browser/navigation.ts';
import { followVisibleHeight } from './browser/visible-height.ts';
import { windowEnvironment } from './browser/window-environment.ts';
import { App } from './components/app.tsx';
import { AppModel } from './models/app-model.ts';
import { TerminalDeck } from './terminal/terminal-deck.ts';

/** What the page is built on. */
export interface UiPorts {
  readonly portolan: Portolan;
  readonly shell: Shell;
}

/** A page that was mounted. */
export interface MountedUi {
  /** Takes the page down; machines run on. */
  dispose(): void;
}

/** Renders the page into `root`, in place of what is in it. */
export function mount(root: HTMLElement, ports: UiPorts): MountedUi {
  const navigation = new Navigation();
  const environment = windowEnvironment(navigation);
  const app = new AppModel(ports.portolan, ports.shell, environment);
  const deck = new TerminalDeck(app, ports.shell, environment);
  const abort = new AbortController();
  followVisibleHeight(abort.signal);
  const stopTitle = effect(() => void (document.title = app.title.value));
  const launches = { receive: app.link.receive.bind(app.link), go: navigation.go.bind(navigation) };
  followLaunches(launches, abort.signal);
  root.replaceChildren();
  render(<App app={app} deck={deck} />, root);
  whenIdle(() => void deck.preload());
  return {
    dispose() {
      render(null, root);
      for (const part of [deck, app, navigation]) part.dispose();
      stopTitle();
      abort.abort();
    },
  };
}

/** Safari has no requestIdleCallback. */
function whenIdle(task: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(task);
  else setTimeout(task, 200);
}
