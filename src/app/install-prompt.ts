/** The event with which Chromium offers to install the app (W3C Manifest Incubations, "BeforeInstallPromptEvent"). */
interface InstallPromptEvent extends Event {
  prompt(): Promise<unknown>;
}

/** Keeps the browser's offer to install the app until the user takes it up. */
export class InstallPrompt {
  readonly #onChange: () => void;
  #event: InstallPromptEvent | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    window.addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.#set(isInstallPrompt(event) ? event : undefined);
    });
    window.addEventListener('appinstalled', () => this.#set(undefined));
  }

  get available(): boolean {
    return this.#event !== undefined;
  }

  /** Shows the browser's dialog. An offer can be taken up once. */
  async show(): Promise<void> {
    const event = this.#event;
    this.#set(undefined);
    await event?.prompt();
  }

  #set(event: InstallPromptEvent | undefined): void {
    this.#event = event;
    this.#onChange();
  }
}

function isInstallPrompt(event: Event): event is InstallPromptEvent {
  return 'prompt' in event && typeof event.prompt === 'function';
}
