import { holdTab, tabEnded } from './locks.ts';
import { parseTabMessage, type RunningMachine, type TabMessage } from './tab-news.ts';

const CHANNEL = 'portolan:tabs';

/**
 * This tab among the others of the browser: each tells what it runs. What runs where is decided by locks alone
 * (./locks.ts); this is how tabs hear that they should look again, and what the other's machines are called.
 */
export class Tabs {
  /** Names this tab for as long as it lives. */
  readonly id = randomId();
  readonly #channel = new BroadcastChannel(CHANNEL);
  readonly #others = new Map<string, readonly RunningMachine[]>();
  readonly #onNews: () => void;
  /** Who hears of this tab waits for its lock: it has to be held before. */
  readonly #held: Promise<void>;
  #own: readonly RunningMachine[] = [];

  /** @param onNews another tab has changed something, or has ended */
  constructor(onNews: () => void) {
    this.#onNews = onNews;
    this.#channel.addEventListener('message', ({ data }) => this.#hear(data));
    this.#held = holdTab(this.id);
    void this.#post({ type: 'hello', tab: this.id });
  }

  /** Resolves when the others can know of this tab. */
  get ready(): Promise<void> {
    return this.#held;
  }

  /** What other tabs run, as they say. */
  machines(): readonly RunningMachine[] {
    return [...this.#others.values()].flat();
  }

  /** Tells the others what this tab runs now. */
  async announce(machines: readonly RunningMachine[]): Promise<void> {
    this.#own = machines;
    await this.#post({ type: 'machines', tab: this.id, machines: [...machines] });
  }

  /** True while another tab that has said something is there. */
  knows(tab: string): boolean {
    return this.#others.has(tab);
  }

  async #post(message: TabMessage): Promise<void> {
    await this.#held;
    this.#channel.postMessage(message);
  }

  #hear(data: unknown): void {
    const message = parseTabMessage(data);
    if (!message) return;
    if (message.type === 'hello') return void this.announce(this.#own);
    if (!this.#others.has(message.tab)) void this.#watch(message.tab);
    this.#others.set(message.tab, message.machines);
    this.#onNews();
  }

  async #watch(tab: string): Promise<void> {
    await tabEnded(tab);
    this.#others.delete(tab);
    this.#onNews();
  }
}

/** 64 bits in hex. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
