import { parseAnswer, type GuestAgent } from './guest-agent.ts';
import * as v from 'valibot';

/** Milliseconds by which the guest's clock may be off. */
const TOLERANCE_MS = 300;
/** Milliseconds of doubt with which an answer is of no use. */
const DOUBT_MS = 500;
/** Milliseconds between two looks at the host's clocks. */
const LOOK_MS = 1000;
/** Times that the guest is asked: it may be slow to answer, or stand still before it does. */
const ATTEMPTS = 8;

/**
 * Keeps the guest's clock at the host's. v86 counts the guest's time by the host's monotonic clock, which goes on while
 * a machine is paused. It stands still while the computer sleeps, and knows nothing of a clock that was wrong and is set:
 * so whenever the host's two clocks have gone apart, the guest's is looked at.
 */
export class GuestClock {
  readonly #agent: GuestAgent;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** How far the host's clocks were apart when the guest's clock was looked at. */
  #distance = hostDistance();

  constructor(agent: GuestAgent) {
    this.#agent = agent;
  }

  /** Sets the clock if it is wrong. @throws AppError `guest/*` */
  async correct(): Promise<void> {
    this.#distance = hostDistance();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { lateness, doubt } = await this.#measure();
      if (doubt > DOUBT_MS) continue;
      if (Math.abs(lateness) < TOLERANCE_MS) return;
      await this.#advance(lateness);
    }
  }

  /** From now on, sets the clock whenever it goes wrong. */
  keep(): void {
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
  }

  dispose(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    if (Math.abs(hostDistance() - this.#distance) < TOLERANCE_MS) return;
    // A guest without an agent keeps its own time.
    this.correct().catch(() => undefined);
  }

  /** Milliseconds by which the guest's clock is behind the host's, give or take: as exact as the answer is quick. */
  async #measure(): Promise<{ readonly lateness: number; readonly doubt: number }> {
    const asked = Date.now();
    const nanoseconds = parseAnswer(v.number(), await this.#agent.command('guest-get-time'));
    const doubt = (Date.now() - asked) / 2;
    return { lateness: asked + doubt - nanoseconds / 1_000_000, doubt };
  }

  /**
   * By a difference, so that it does not matter how soon the guest gets to it. Not by the agent's own `guest-set-time`: that also
   * sets the machine's hardware clock, which takes a second and is right anyway.
   */
  async #advance(milliseconds: number): Promise<void> {
    const sign = milliseconds < 0 ? '-' : '+';
    const seconds = (Math.abs(milliseconds) / 1000).toFixed(3);
    await this.#agent.run(['/bin/date', '--utc', `--set=${sign}${seconds} seconds`], undefined);
  }
}

/** Milliseconds between the host's wall clock and its monotonic one. */
function hostDistance(): number {
  return Date.now() - performance.now();
}
