/// <reference lib="webworker" />
/** Both schedulings in one worker: a machine each, of which only the measured one runs. */
import { loadBrowserAssets } from '#engines/v86/browser-assets.ts';
import { V86Engine, type Scheduling } from '#engines/v86/index.ts';
import type { Session } from '#ports/engine.ts';
import { startMachine } from './machine.ts';
import { measureWork } from './work.ts';

const sessions = new Map<Scheduling, Promise<Session>>();

addEventListener('message', ({ data }: MessageEvent<Scheduling>) => {
  const session = sessions.get(data) ?? start(data);
  sessions.set(data, session);
  void session.then(measureWork).then((milliseconds) => postMessage(milliseconds));
});

/** Paused, after the work was done once: what is measured is not the first compilation. */
async function start(scheduling: Scheduling): Promise<Session> {
  const engine = new V86Engine(await loadBrowserAssets(), scheduling);
  const session = await startMachine(engine, new URL('/catalog/catalog.json', location.href).href);
  await session.pause();
  await measureWork(session);
  return session;
}
