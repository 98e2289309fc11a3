import type { Cancellable } from '#ports/cancellation.ts';
import type { MachineActivity } from '#ports/machine-service.ts';
import { IDLE_MINUTES, type IdleMinutes } from '#ports/portolan.ts';

const KEY = 'portolan.idle-minutes';
const DEFAULT: IdleMinutes = 15;
const MINUTE_MS = 60_000;
/** A guest that used more of its processor than this share since it was last looked at is at work. */
const BUSY_SHARE = 0.1;

/** What of a machine matters here. */
export interface Suspendable {
  activity(): Promise<MachineActivity | undefined>;
  suspend(): Promise<void>;
}

interface Look {
  readonly at: number;
  readonly busy: number;
  /** Since when it does nothing. */
  readonly idleSince: number;
}

/**
 * Suspends machines that do nothing for some minutes while nobody looks at the page, so that they take no memory. Looks at
 * them once a minute, as browsers wake hidden pages no more often.
 */
export class IdleSuspender {
  readonly #machines: () => readonly Suspendable[];
  readonly #looks = new Map<Suspendable, Look>();
  #hiddenSince: number | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #minutes = readMinutes();

  constructor(machines: () => readonly Suspendable[]) {
    this.#machines = machines;
  }

  get minutes(): IdleMinutes {
    return this.#minutes;
  }

  set minutes(minutes: IdleMinutes) {
    this.#minutes = minutes;
    try {
      localStorage.setItem(KEY, String(minutes));
    } catch {
      // Browsers that refuse it remember it for this visit only.
    }
  }

  /** Follows the page's visibility from now on. */
  begin({ signal }: Cancellable = {}): void {
    document.addEventListener('visibilitychange', () => this.#follow(), signal ? { signal } : {});
    signal?.addEventListener('abort', () => clearInterval(this.#timer));
    this.#follow();
  }

  #follow(): void {
    clearInterval(this.#timer);
    this.#looks.clear();
    this.#hiddenSince = document.visibilityState === 'hidden' ? Date.now() : undefined;
    if (this.#hiddenSince !== undefined) this.#timer = setInterval(() => void this.#lookAtAll(), MINUTE_MS);
  }

  async #lookAtAll(): Promise<void> {
    // One after another: saving two at once would take twice the memory.
    for (const machine of this.#machines()) await this.#lookAt(machine).catch(() => undefined);
  }

  /** A machine that cannot be suspended (nothing is kept here, no room) runs on, and is asked again in a minute. */
  async #lookAt(machine: Suspendable): Promise<void> {
    const activity = await machine.activity();
    const hiddenSince = this.#hiddenSince;
    if (!activity || hiddenSince === undefined) return;
    const idleSince = Math.max(this.#idleSince(machine, activity), hiddenSince);
    this.#looks.set(machine, { at: Date.now(), busy: activity.busy, idleSince });
    if (this.#minutes > 0 && Date.now() - idleSince >= this.#minutes * MINUTE_MS) await machine.suspend();
  }

  #idleSince(machine: Suspendable, { touchedAt, busy }: MachineActivity): number {
    const before = this.#looks.get(machine);
    if (!before) return touchedAt;
    const isBusy = busy - before.busy > BUSY_SHARE * (Date.now() - before.at);
    return isBusy ? Date.now() : Math.max(touchedAt, before.idleSince);
  }
}

function readMinutes(): IdleMinutes {
  try {
    const text = localStorage.getItem(KEY);
    return IDLE_MINUTES.find((minutes) => String(minutes) === text) ?? DEFAULT;
  } catch {
    return DEFAULT;
  }
}
