import type { Environment } from '#ui/models/environment.ts';
import { localSettings } from './local-settings.ts';
import type { Navigation } from './navigation.ts';

/** The environment that this window offers to the models. */
export function windowEnvironment(navigation: Navigation): Environment {
  return {
    route: navigation.route,
    debug: navigation.debug,
    settings: localSettings,
    get moved() {
      return navigation.moved;
    },
    go: (route) => navigation.go(route),
    setDebug: (open) => navigation.setDebug(open),
    copy: (text) => navigator.clipboard.writeText(text),
  };
}
