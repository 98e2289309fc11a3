import type { DebEntry } from '#domain/packages/archive/index.ts';
import { PublishError } from '../../publishing/index.ts';
import { run } from '../process/run.ts';

/** Makes a device or a FIFO, which Node cannot: with mknod(1). @throws PublishError where that is refused */
export async function makeSpecialFile(path: Buffer, { type, major, minor, name }: DebEntry): Promise<void> {
  // Arguments of programs are text to Node; names that are none are not worth a way around that.
  const kind = type === 'fifo' ? ['p'] : [type === 'block-device' ? 'b' : 'c', String(major), String(minor)];
  const { status, output } = await run('mknod', ['--', path.toString(), ...kind]);
  if (status !== 0) throw new PublishError(`${name} cannot be made: ${output.trim()}`);
}
