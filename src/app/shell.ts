import { AppError, type ErrorRecord } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { Diagnosis, Shell } from '#ports/shell.ts';
import { diagnose } from './diagnosis.ts';
import { ErrorLog } from './error-log.ts';
import { InstallPrompt } from './install-prompt.ts';
import { Listeners } from './listeners.ts';
import { ServiceWorkerLink, type ServiceWorkerLinkParts } from './service-worker.ts';

/** The application around the machines, in a window. */
export class PageShell implements Shell {
  readonly #listeners = new Listeners<'change'>();
  readonly #errors = new ErrorLog();
  readonly #changed = (): void => this.#listeners.emit('change');
  readonly #install = new InstallPrompt(this.#changed);
  #serviceWorker: ServiceWorkerLink | undefined;
  #updateReady = false;
  #limitation: AppError | undefined;

  constructor() {
    window.addEventListener('error', (event) => this.report(event.error ?? event.message));
    window.addEventListener('unhandledrejection', (event) => this.report(event.reason));
    window.addEventListener('online', this.#changed);
    window.addEventListener('offline', this.#changed);
    if (typeof WebAssembly === 'undefined') this.limit(new AppError('app/no-webassembly'));
  }

  get limitation(): ErrorRecord | undefined {
    return this.#limitation?.toRecord();
  }

  get updateReady(): boolean {
    return this.#updateReady;
  }

  get installable(): boolean {
    return this.#install.available;
  }

  get online(): boolean {
    return navigator.onLine;
  }

  onChange(listener: () => void, options?: Cancellable): void {
    this.#listeners.on('change', listener, options);
  }

  report(error: unknown): void {
    this.#errors.add(error);
    this.#changed();
  }

  diagnose(): Promise<Diagnosis> {
    return diagnose(this.#errors.errors);
  }

  install(): Promise<void> {
    return this.#install.show();
  }

  async applyUpdate(): Promise<void> {
    await this.#serviceWorker?.applyUpdate();
  }

  /** Says what this window cannot do. The first word stands: what comes later follows from it. */
  limit(error: AppError): void {
    this.#limitation ??= error;
    this.report(error);
  }

  /** Registers the service worker; a browser that refuses it is told to the user, and the page goes on. */
  async connectServiceWorker(url: string, page: Omit<ServiceWorkerLinkParts, 'onWaiting'>): Promise<void> {
    try {
      if (!('serviceWorker' in navigator)) throw new Error('the browser offers none in this window');
      const onWaiting = (): void => {
        this.#updateReady = true;
        this.#changed();
      };
      // There before it is registered: a waiting build is offered, and may be taken, while that goes on.
      this.#serviceWorker = new ServiceWorkerLink(url, { ...page, onWaiting });
      await this.#serviceWorker.register();
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      this.limit(new AppError('app/no-service-worker', { detail }, { cause }));
    }
  }
}
