/// <reference lib="webworker" />
/** Both machines in one worker, of which only the measured one runs. */
import type { Session } from '#ports/engine.ts';
import { Machines } from './machines.ts';
import type { Measurement } from './measurement.ts';

const MEGABYTES = 64;
const WRITE = `dd if=/dev/shm/seed of=/root/written bs=1M count=${MEGABYTES} conv=fsync`;
/** The program itself has to be fetched again, and is compiled by the engine, before what is measured. */
const FORGET = 'echo 3 > /proc/sys/vm/drop_caches; dd if=/dev/zero of=/dev/null bs=1M count=64';
const READ = 'dd if=/root/written of=/dev/null bs=1M';
const REWRITES = 100;
const REWRITE = `i=0; while [ $i -lt ${REWRITES} ]; do head -c 10485760 /dev/shm/seed > /root/again; sync; i=$((i+1)); done`;
/** Milliseconds in which a log that is left alone is compacted. */
const COMPACTION_MS = 8000;

const machines = Machines.open();

addEventListener('message', ({ data }: MessageEvent<Measurement>) => {
  void measure(data).then(postMessage, (error: unknown) => postMessage(String(error)));
});

async function measure(measurement: Measurement): Promise<number> {
  const opened = await machines;
  switch (measurement) {
    case 'write kept':
      return write(await opened.session('kept'));
    case 'write in memory':
      return write(await opened.session('memory'));
    case 'read back':
      return readBack(await opened.restart());
    case 'space':
      return space(opened);
  }
}

async function write(session: Session): Promise<number> {
  await session.resume();
  await run(session, 'rm -f /root/written; sync');
  const measured = await rate(session, WRITE);
  await session.pause();
  return measured;
}

async function readBack(session: Session): Promise<number> {
  for (const script of [FORGET, READ, FORGET]) await run(session, script);
  return rate(session, READ);
}

async function rate(session: Session, script: string): Promise<number> {
  const start = performance.now();
  await run(session, script);
  return (MEGABYTES * 1.048576) / ((performance.now() - start) / 1000);
}

/** Bytes that the disk takes for each byte of two files that the guest has. */
async function space(opened: Machines): Promise<number> {
  const session = await opened.session('kept');
  await session.resume();
  await run(session, REWRITE);
  await new Promise((resolve) => setTimeout(resolve, COMPACTION_MS));
  const live = (MEGABYTES + 10) * 2 ** 20;
  return (await opened.kept()).bytes / live;
}

async function run(session: Session, script: string): Promise<void> {
  const { status, stderr } = await session.exec(['sh', '-c', script]);
  if (status !== 0) throw new Error(`${script}: ${new TextDecoder().decode(stderr)}`);
}
