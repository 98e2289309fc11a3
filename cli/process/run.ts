import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface RunResult {
  /** The exit status; 1 when a signal ended the program. */
  readonly status: number;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

export interface RunOptions {
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** `show` passes the output on while it comes, on standard error; it is returned in any case. */
  readonly output?: 'keep' | 'show';
}

/**
 * Runs a program in this folder and waits for its end.
 * @throws Error when it cannot be started
 */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } });
  const collected: Buffer[] = [];
  collect(child.stdout, collected, options);
  collect(child.stderr, collected, options);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ status: code ?? 1, output: Buffer.concat(collected).toString() }));
  });
}

/** Runs a script of an installed package, `node_modules/…`, with this Node. */
export function runNode(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return run(process.execPath, args, options);
}

function collect(stream: Readable, into: Buffer[], { output }: RunOptions): void {
  stream.on('data', (data: Buffer) => {
    into.push(data);
    if (output === 'show') process.stderr.write(data);
  });
}
