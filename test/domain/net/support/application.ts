import type { TcpSocket } from '#domain/net/index.ts';
import { Random } from '../../support/random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What one end of a connection does with it. Milliseconds, bytes. */
export interface Plan {
  readonly send: number;
  /** Bytes of a write at most. */
  readonly piece: number;
  /** Chance of a pause before a write or a read, and its length at most. */
  readonly pauses: number;
  readonly pause: number;
  /** Reads everything before it writes. */
  readonly readsFirst: boolean;
  /** Cancels reading after so many bytes. */
  readonly cancelAt: number | undefined;
  /** Breaks off writing after so many bytes. */
  readonly abortAt: number | undefined;
}

/** What became of it. */
export interface Outcome {
  /** Bytes that were read, all of which were right. */
  received: number;
  /** True when the end of what the other end sends was read. */
  ended: boolean;
  /** True when closing the writing side has said that all has arrived. */
  delivered: boolean;
  /** True when writing was broken off as planned. */
  aborted: boolean;
  readonly errors: unknown[];
}

const PERIOD = 65_521;
const PATTERN = makePattern();

/** Uses a connection as planned, and settles when both directions are over. `stream` tells what the other end sends. */
export async function use(
  socket: TcpSocket,
  plan: Plan,
  streams: { readonly out: number; readonly in: number },
  clock: VirtualClock,
  random: Random,
): Promise<Outcome> {
  const outcome: Outcome = { received: 0, ended: false, delivered: false, aborted: false, errors: [] };
  const note = (error: unknown): void => void outcome.errors.push(error);
  const pause = (): Promise<void> | undefined =>
    random.chance(plan.pauses) ? clock.sleep(random.below(plan.pause)) : undefined;
  const read = (): Promise<void> => readAll(socket, plan, streams.in, outcome, pause).catch(note);
  const write = (): Promise<void> => writeAll(socket, plan, streams.out, outcome, pause, random).catch(note);
  if (plan.readsFirst) await read().then(write);
  else await Promise.all([read(), write()]);
  await socket.closed.catch(note);
  return outcome;
}

async function readAll(
  socket: TcpSocket,
  plan: Plan,
  stream: number,
  outcome: Outcome,
  pause: () => Promise<void> | undefined,
): Promise<void> {
  const reader = socket.readable.getReader();
  for (;;) {
    await pause();
    const { done, value } = await reader.read();
    if (done) return void (outcome.ended = true);
    checkBytes(value, stream, outcome.received);
    outcome.received += value.length;
    if (plan.cancelAt !== undefined && outcome.received >= plan.cancelAt) return reader.cancel();
  }
}

async function writeAll(
  socket: TcpSocket,
  plan: Plan,
  stream: number,
  outcome: Outcome,
  pause: () => Promise<void> | undefined,
  random: Random,
): Promise<void> {
  const writer = socket.writable.getWriter();
  // A stream that has failed before says why here alone.
  const failed = writer.closed.then(() => undefined);
  failed.catch(() => undefined);
  for (let at = 0; at < plan.send;) {
    await pause();
    if (plan.abortAt !== undefined && at >= plan.abortAt) {
      outcome.aborted = true;
      return writer.abort(new Error('planned'));
    }
    const length = Math.min(1 + random.below(plan.piece), plan.send - at);
    const bytes = bytesOf(stream, at, length);
    await writer.write(bytes).catch(() => failed);
    // The stack must have its own copy.
    bytes.fill(0);
    at += length;
  }
  await pause();
  await writer.close().catch(() => failed);
  outcome.delivered = true;
}

/** Bytes of a stream: different ones for each stream, with a period that is no multiple of anything. */
export function bytesOf(stream: number, at: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const from = (at + done + stream * 7919) % PERIOD;
    const part = PATTERN.subarray(from, Math.min(PERIOD, from + length - done));
    bytes.set(part, done);
    done += part.length;
  }
  return bytes;
}

function checkBytes(bytes: Uint8Array, stream: number, at: number): void {
  if (Buffer.compare(bytes, bytesOf(stream, at, bytes.length)) !== 0) {
    throw new Error(`wrong bytes among the ${bytes.length} from ${at} on`);
  }
}

function makePattern(): Uint8Array {
  const random = new Random(1);
  return Uint8Array.from({ length: PERIOD }, () => random.below(256));
}
