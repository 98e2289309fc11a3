import { spawn } from 'node:child_process';
import { Deferred } from '#domain/async/index.ts';
import { BuildError } from './build-error.ts';

export interface RunOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Lines of a failed command's output that its error repeats. */
const TAIL_LINES = 12;

/**
 * Runs a program to its end and returns what it wrote to standard output.
 * @throws BuildError when it cannot start or ends with a status other than 0; it quotes the last lines of output
 */
export function runCommand(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<string> {
  const [program, ...args] = argv;
  const done = new Deferred<string>();
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, LC_ALL: 'C', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    all += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    all += text;
  });
  child.on('error', (cause) => done.reject(new BuildError(`${program} did not start: ${cause.message}`, { cause })));
  child.on('close', (status) => {
    if (status === 0) done.resolve(out);
    else done.reject(new BuildError(`${argv.join(' ')} failed (status ${status}):\n${lastLines(all)}`));
  });
  return done.promise;
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}

/** What a program says first, such as its version. @throws BuildError */
export async function firstLineOf(argv: readonly [string, ...string[]]): Promise<string> {
  return (await runCommand(argv)).split('\n')[0] ?? '';
}
