import type { Session } from '#ports/engine.ts';

/** CPU-bound work for a guest: a digest (tight loops in one place) and a shell loop (code all over). */
const COMMAND = 'head -c 6000000 /dev/zero | sha256sum; i=0; while [ $i -lt 12000 ]; do i=$((i+1)); done';

/** Milliseconds that the work takes in a paused session, which is paused again afterwards. */
export async function measureWork(session: Session): Promise<number> {
  await session.resume();
  const start = performance.now();
  const { status } = await session.exec(['sh', '-c', COMMAND]);
  const milliseconds = performance.now() - start;
  await session.pause();
  if (status !== 0) throw new Error(`the work ended with status ${status}`);
  return milliseconds;
}
