/** Asks the worker for one measurement at a time. */
const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: location.search });

/** What is asked of the machine behind v86's own network adapter. */
export type Question =
  /** Runs a shell script. */
  | { readonly type: 'run'; readonly script: string }
  /** GETs a path so often, by so many at a time. Each answer is to have so many bytes. */
  | {
      readonly type: 'get';
      readonly path: string;
      readonly count: number;
      readonly atOnce: number;
      readonly bytes: number;
    };

declare global {
  interface Window {
    /** @returns the milliseconds of each request, then of all; nothing for a script */
    ask(question: Question): Promise<number[]>;
  }
}

window.ask = (question) =>
  new Promise((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<number[]>) => resolve(data), { once: true });
    worker.addEventListener('error', (event) => reject(new Error(event.message)), { once: true });
    worker.postMessage(question);
  });
