/** How soon something is needed: `now` by someone who waits, `later` by nobody yet. */
export type Urgency = 'now' | 'later';

/** Works at a time. */
const LIMITS: Readonly<Record<Urgency, number>> = { now: 6, later: 2 };

/** A place in the queue. */
export interface Ticket<T> {
  readonly done: Promise<T>;
  /** It is needed now after all. */
  hurry(): void;
}

interface Job {
  urgency: Urgency;
  start(): Promise<void>;
}

/** Lets a few works run at a time. What is needed later begins only while nothing is under way that is needed now. */
export class Gate {
  readonly #running: Record<Urgency, number> = { now: 0, later: 0 };
  readonly #jobs = new Set<Promise<void>>();
  #waiting: readonly Job[] = [];

  enter<T>(urgency: Urgency, work: () => Promise<T>): Ticket<T> {
    const job: Job = { urgency, start: () => Promise.resolve() };
    const done = new Promise<T>((resolve, reject) => {
      job.start = () => work().then(resolve, reject);
    });
    this.#waiting = [...this.#waiting, job];
    this.#admit();
    const hurry = (): void => {
      job.urgency = 'now';
      this.#admit();
    };
    return { done, hurry };
  }

  #admit(): void {
    for (let job = this.#next(); job; job = this.#next()) {
      const running = this.#run(job);
      this.#jobs.add(running);
      void running.then(() => this.#jobs.delete(running));
    }
  }

  #next(): Job | undefined {
    const urgent = this.#waiting.find(({ urgency }) => urgency === 'now');
    if (urgent) return this.#running.now < LIMITS.now ? urgent : undefined;
    return this.#running.now === 0 && this.#running.later < LIMITS.later ? this.#waiting[0] : undefined;
  }

  /** Resolves when nothing is under way or waits. */
  async idle(): Promise<void> {
    while (this.#jobs.size > 0) await Promise.all(this.#jobs);
  }

  async #run(job: Job): Promise<void> {
    // It may hurry later on, and has to be taken off the count that it was put on.
    const { urgency } = job;
    this.#waiting = this.#waiting.filter((each) => each !== job);
    this.#running[urgency]++;
    await job.start();
    this.#running[urgency]--;
    this.#admit();
  }
}
