import { signal } from '@preact/signals';
import type { AppsWindow } from '#ui/models/apps-model.ts';
import type { Environment, Settings } from '#ui/models/environment.ts';
import { SHELF, type Route } from '#ui/models/route.ts';

/** A window without a browser. */
export class FakeEnvironment implements Environment {
  readonly route = signal<Route>(SHELF);
  readonly debug = signal(false);
  readonly copied: string[] = [];
  readonly stored = new Map<string, string>();
  readonly now = signal(Date.UTC(2025, 10, 21, 12));
  readonly shared: { readonly title: string; readonly url: string }[] = [];
  /** How many entries the history has. */
  visited = 1;
  moved = false;
  share: Environment['share'] = (link) => Promise.resolve(void this.shared.push(link));
  readonly settings: Settings = {
    read: (key) => this.stored.get(key),
    write: (key, value) => void this.stored.set(key, value),
  };

  go(route: Route, { replace = false }: { readonly replace?: boolean } = {}): void {
    if (!replace) this.visited++;
    this.moved = true;
    this.route.value = route;
  }

  linkTo(fragment: string): string {
    return `https://portolan.example/${fragment}`;
  }

  setDebug(open: boolean): void {
    this.debug.value = open;
  }

  readonly opened: string[] = [];
  openTab(url: string): void {
    this.opened.push(url);
  }

  readonly saved: { readonly name: string; readonly file: Blob }[] = [];
  save = (name: string, file: Blob): void => void this.saved.push({ name, file });

  copy(text: string): Promise<void> {
    this.copied.push(text);
    return Promise.resolve();
  }
}

/** A window that does nothing for apps, and whose user trusts all containers. */
export const noWindow: AppsWindow = {
  open: () => undefined,
  copy: () => Promise.resolve(),
  reload: () => Promise.resolve(0),
  trust: { ask: (_, then) => then() },
};
