import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** Runs a program of Debian to its end; fails the test when it fails. @returns what it wrote to standard output */
export async function program(name: string, args: readonly string[], stdin = ''): Promise<string> {
  const child = spawn(name, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  // A program that asks nothing may be gone before it could read.
  child.stdin.on('error', () => undefined).end(stdin);
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  const [status, out, err] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  if (status === 0) return out;
  throw new Error(`${name} ${args.join(' ')} ended with ${status}: ${err || out}`);
}
