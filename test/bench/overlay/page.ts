import type { Measurement } from './measurement.ts';

/** Asks the worker for one measurement at a time. */
const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

declare global {
  interface Window {
    measureOverlay(measurement: Measurement): Promise<number>;
  }
}

window.measureOverlay = (measurement) =>
  new Promise((resolve, reject) => {
    const settle = ({ data }: MessageEvent<number | string>): void => {
      if (typeof data === 'number') resolve(data);
      else reject(new Error(data));
    };
    worker.addEventListener('message', settle, { once: true });
    worker.addEventListener('error', (event) => reject(new Error(event.message)), { once: true });
    worker.postMessage(measurement);
  });
