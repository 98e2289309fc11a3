import { AppError } from '#domain/errors/index.ts';
import { PublishError } from '../../publishing/index.ts';
import { say } from '../process/say.ts';
import { SetupError } from '../setup/setup-error.ts';
import { bundle } from './bundle.ts';
import type { Command } from './command.ts';
import { deb } from './deb.ts';
import { diff } from './diff.ts';
import { keygen } from './keygen.ts';
import { pack } from './pack.ts';
import { plan } from './plan.ts';
import { serve } from './serve.ts';
import { sign } from './sign.ts';
import { UsageError } from './usage-error.ts';
import { verify } from './verify.ts';

const COMMANDS = new Map<string, Command>(
  Object.entries({ pack, verify, keygen, sign, serve, diff, deb, plan, bundle }),
);

const WRONG_USAGE = 2;

/** `portolan COMMAND [ARGUMENT…]`. @returns the exit status: 0, 1 when it failed, 2 for wrong usage */
export async function main(args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args;
  if (['--help', '-h', 'help'].includes(name)) return show(helpOn(rest[0]));
  const command = COMMANDS.get(name);
  if (command) return run(name, command, rest);
  say(name === '' ? usage() : `portolan: There is no command “${name}”.\n\n${usage()}`);
  return WRONG_USAGE;
}

async function run(name: string, command: Command, args: readonly string[]): Promise<number> {
  const options = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  if (options.includes('--help') || options.includes('-h')) return show(command.help);
  try {
    return await command.run(args);
  } catch (error) {
    say(`portolan ${name}: ${explain(error)}`);
    if (!(error instanceof UsageError)) return 1;
    say(`“portolan ${name} --help” says how it is used.`);
    return WRONG_USAGE;
  }
}

/** What a person can put right, in words. @throws anything else */
function explain(error: unknown): string {
  if (error instanceof AppError && error.code !== 'app/unexpected') return `${error.message}\n${error.advice}`;
  const isPlain = error instanceof UsageError || error instanceof PublishError || error instanceof SetupError;
  if (isPlain || isSystemError(error)) return error.message;
  throw error;
}

/** The operating system's refusals name the file and the reason: no permission, no room, not a folder. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

function show(text: string): number {
  process.stdout.write(`${text.trim()}\n`);
  return 0;
}

function helpOn(name: string | undefined): string {
  return COMMANDS.get(name ?? '')?.help ?? usage();
}

function usage(): string {
  const lines = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}`);
  return `portolan: publishes containers as static files.

Usage: portolan COMMAND [ARGUMENT…]

${lines.join('\n')}

“portolan COMMAND --help” says more. Exit status: 0, 1 when something failed or is wrong, 2 for wrong usage.`;
}
