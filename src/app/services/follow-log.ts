import { untilAborted } from '#domain/async/index.ts';
import { AppError } from '#domain/errors/index.ts';
import { FIRST_LOG, NEXT_LOG, parseLogPiece } from '#domain/services/index.ts';
import type { LogOptions } from '#ports/machine-services.ts';
import type { RunResult } from '#ports/portolan.ts';

const LINES = 200;
/** Milliseconds between two looks: each starts programs in the guest, whose processor is its services’, too. */
const LOOK_MS = 1000;

/** As `MachineServices.followLog`. @param run runs one of the scripts for the service */
export async function followLog(
  run: (script: string, args: readonly string[]) => Promise<RunResult>,
  name: string,
  listener: (text: string) => void,
  { signal, lines = LINES }: LogOptions,
): Promise<void> {
  const decoder = new TextDecoder();
  const take = async (script: string, args: readonly unknown[]) => {
    const piece = parseLogPiece((await run(script, args.map(String))).stdout);
    if (piece === 'unknown') throw new AppError('services/unknown', { name });
    if (piece === 'none') throw new AppError('services/no-log', { name });
    const text = decoder.decode(piece.bytes, { stream: true });
    if (text !== '' && !signal?.aborted) listener(text);
    return piece.position;
  };
  try {
    for (let at = await take(FIRST_LOG, [lines]); ; at = await take(NEXT_LOG, [at.file, at.offset])) {
      await untilAborted(new Promise((resolve) => setTimeout(resolve, LOOK_MS)), signal);
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}
