import { AppError } from '#domain/errors/index.ts';
import { takeMachine, type Held } from './locks.ts';

interface Claim {
  readonly held: Promise<Held | undefined>;
  /** How many parts of this tab need it. */
  users: number;
  /** False while another tab is waited for. */
  mine: boolean;
}

/**
 * The machines that this tab has for itself. A worker needs its machine as long as it runs; a restart needs it from
 * the end of one worker to the start of the next: the machine is let go when nobody here needs it any more.
 */
export class MachineClaims {
  readonly #claims = new Map<string, Claim>();
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #onChange: () => void;

  /** @param onChange this tab has taken a machine, or let go of one */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** True while this tab has the machine. */
  has(id: string): boolean {
    return this.#claims.get(id)?.mine === true;
  }

  /**
   * Takes the machine, or counts one more user of it.
   * @param signal waits for another tab to let go of it until then
   * @throws AppError `machine/elsewhere`
   */
  async take(id: string, signal?: AbortSignal): Promise<void> {
    await this.#leaving.get(id);
    const claim = this.#claims.get(id) ?? { held: takeMachine(id, signal), users: 0, mine: false };
    this.#claims.set(id, claim);
    claim.users++;
    const before = claim.mine;
    claim.mine = (await claim.held.catch(() => undefined)) !== undefined;
    if (claim.mine) return before ? undefined : this.#onChange();
    if (this.#claims.get(id) === claim) this.#claims.delete(id);
    throw new AppError('machine/elsewhere');
  }

  /** One user less. */
  drop(id: string): void {
    const claim = this.#claims.get(id);
    if (!claim || --claim.users > 0) return;
    this.#claims.delete(id);
    const leaving = claim.held.then((held) => held?.release()).then(() => this.#left(id));
    this.#leaving.set(id, leaving);
  }

  #left(id: string): void {
    this.#leaving.delete(id);
    this.#onChange();
  }
}
