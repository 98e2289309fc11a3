import { AppModel } from '#ui/models/app-model.ts';
import { FakeEnvironment } from './fake-environment.ts';
import { FakePortolan, FakeShell } from './fakes.ts';

export interface Parts {
  readonly portolan: FakePortolan;
  readonly shell: FakeShell;
  readonly environment: FakeEnvironment;
}

/** The page's models on fakes that `set` has put into the state that a test begins with. */
export function openApp(set: (parts: Parts) => void = () => {}) {
  const parts = { portolan: new FakePortolan(), shell: new FakeShell(), environment: new FakeEnvironment() };
  set(parts);
  return { ...parts, app: new AppModel(parts.portolan, parts.shell, parts.environment) };
}
