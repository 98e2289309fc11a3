import type { AppEntry, AppsModel } from '#ui/models/apps-model.ts';

interface AppAddressProps {
  readonly apps: AppsModel;
  readonly app: AppEntry;
  /** The page opens only after the user has been asked. */
  readonly asks: boolean;
}

/** Where in an app to begin, and the way there. `noopener`: a guest's page has no business with the window that it came from. */
export function AppAddress({ apps, app, asks }: AppAddressProps) {
  const { port, typed } = app;
  return (
    <form
      class="app-address"
      onSubmit={(event) => {
        event.preventDefault();
        apps.visit(app);
      }}
    >
      <input
        class="field field-mono"
        type="text"
        inputMode="url"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-label={`Address in port ${port}`}
        value={typed}
        onInput={(event) => apps.type(port, event.currentTarget.value)}
      />
      <OpenButton apps={apps} app={app} asks={asks} />
    </form>
  );
}

function OpenButton({ apps, app, asks }: AppAddressProps) {
  const { port, url, listens } = app;
  const label = `Open port ${port}`;
  const isReady = url !== undefined && listens;
  if (asks || !isReady) {
    return (
      <button type="submit" class="button" aria-label={label} disabled={!isReady}>
        Open
      </button>
    );
  }
  return (
    <a
      class="button"
      href={url}
      target="_blank"
      rel="noopener"
      aria-label={label}
      onClick={() => void apps.keepPath(app)}
    >
      Open
    </a>
  );
}
