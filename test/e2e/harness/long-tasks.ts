import type { CDPSession, Page } from '@playwright/test';
import * as v from 'valibot';

/** A task after which a page counts as not responsive (W3C Long Tasks). */
const LONG_MS = 50;
const START = 'boot-clicked';

/** A task that kept the page's thread from answering for more than 50 ms. All in milliseconds. */
export interface LongTask {
  /** From the click. */
  readonly at: number;
  /** By the clock on the wall: also while others had the processor. */
  readonly duration: number;
  /** What the task itself took. */
  readonly cpu: number;
}

/** Trace Event Format: times in microseconds; `tdur` is the thread's own processor time. */
const EventSchema = v.object({
  name: v.string(),
  pid: v.number(),
  tid: v.number(),
  ts: v.number(),
  dur: v.optional(v.number(), 0),
  tdur: v.optional(v.number(), 0),
});
type TraceEvent = v.InferOutput<typeof EventSchema>;

/** Records a page's tasks, by the browser's own tracing: it knows the processor time of each, which pages are not told. */
export class TaskRecorder {
  readonly #session: CDPSession;
  #events: unknown[] = [];

  private constructor(session: CDPSession) {
    this.#session = session;
    session.on('Tracing.dataCollected', ({ value }) => this.#events.push(...value));
  }

  static async of(page: Page): Promise<TaskRecorder> {
    const recorder = new TaskRecorder(await page.context().newCDPSession(page));
    await page.evaluate((mark) => {
      // On a card's Boot, or on the menu item that stands for it: `Options` is a click before.
      const marked = (target: EventTarget | null): void => {
        const button = target instanceof Element ? target.closest('button') : null;
        const name = button?.getAttribute('aria-label') ?? button?.textContent ?? '';
        if (name.startsWith('Boot')) performance.mark(mark);
      };
      document.addEventListener('click', ({ target }) => marked(target), true);
    }, START);
    return recorder;
  }

  async start(): Promise<void> {
    this.#events = [];
    await this.#session.send('Tracing.start', {
      transferMode: 'ReportEvents',
      traceConfig: { includedCategories: ['toplevel', 'blink.user_timing'], excludedCategories: ['*'] },
    });
  }

  /** Ends the recording. @returns the long tasks since the click on Boot */
  async stop(): Promise<LongTask[]> {
    const complete = new Promise((resolve) => this.#session.once('Tracing.tracingComplete', resolve));
    await this.#session.send('Tracing.end');
    await complete;
    const events = v.parse(v.array(EventSchema), this.#events);
    const click = events.find(({ name }) => name === START);
    if (!click) throw new Error(`nobody clicked Boot in the ${events.length} events of the trace`);
    return longTasks(events, click);
  }
}

function longTasks(events: readonly TraceEvent[], click: TraceEvent): LongTask[] {
  return events
    .filter(({ name, pid, tid }) => name === 'ThreadControllerImpl::RunTask' && pid === click.pid && tid === click.tid)
    .filter(({ ts, dur }) => ts + dur > click.ts && dur > LONG_MS * 1000)
    .map(({ ts, dur, tdur }) => ({
      at: Math.round((ts - click.ts) / 1000),
      duration: Math.round(dur / 1000),
      cpu: Math.round(tdur / 1000),
    }));
}
