import { parseProcessList, PROCESS_LIST_COMMAND, type ExecStatus } from '#domain/guest/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { ExecOptions, ExecResult, GuestProcess, Identity } from '#ports/engine.ts';
import type { GuestAgent } from './guest-agent.ts';

/** Most bytes of stdin: they cross a serial line that v86 reads a byte at a time. */
const MAX_STDIN_BYTES = 1024 * 1024;
/** Most bytes of output that the agent gathers (QEMU, qga/commands.c: GUEST_EXEC_MAX_OUTPUT). */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
/** Of our images: mixes its standard input into the kernel's random numbers, and gives the machine an identity of its own. */
const RENEW_PROGRAM = '/usr/lib/portolan/renew';
/** As many as the kernel's generator holds (Linux, drivers/char/random.c). */
const SEED_BYTES = 32;
/** Statuses with which `env` and `setsid` say that the program was not started. */
const NOT_STARTED = [125, 126, 127];

/** Runs programs in the guest through its agent. */
export class GuestPrograms {
  readonly #agent: GuestAgent;

  constructor(agent: GuestAgent) {
    this.#agent = agent;
  }

  /** Runs `argv` in a session of its own, so that it can be ended with all its children. @throws AppError `guest/*` */
  async exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const [command = ''] = argv;
    if (command === '') throw new AppError('guest/exec-failed', { command, detail: 'no program was named' });
    const stdin = options.stdin && encodeStdin(options.stdin);
    const status = await this.#agent.run(wrap(argv, options), stdin, { signal: options.signal });
    return readStatus(command, status);
  }

  async processes(options: Cancellable = {}): Promise<readonly GuestProcess[]> {
    const { stdout } = await this.exec(PROCESS_LIST_COMMAND, options);
    return parseProcessList(new TextDecoder().decode(stdout));
  }

  /** Gives the guest's kernel new randomness, and the guest a new identity if it is told so. @throws AppError `guest/not-renewed` */
  async renew(identity: Identity): Promise<void> {
    const seed = encodeStdin(crypto.getRandomValues(new Uint8Array(SEED_BYTES)));
    // Nothing around it, as the machine's user waits for it.
    const end = await this.#agent.run([RENEW_PROGRAM, identity], seed).catch((cause: unknown) => {
      throw new AppError('guest/not-renewed', { detail: AppError.from(cause).message }, { cause });
    });
    const { status, stderr } = readStatus(RENEW_PROGRAM, end);
    if (status === 0) return;
    const detail = new TextDecoder().decode(stderr).trim() || `status ${status}`;
    throw new AppError('guest/not-renewed', { detail });
  }
}

/** The agent has no working directory, and its `env` would replace the guest's: coreutils' env does both right. */
function wrap(argv: readonly string[], { cwd, env = {} }: ExecOptions): string[] {
  const directory = cwd === undefined ? [] : [`--chdir=${cwd}`];
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return ['/usr/bin/setsid', '/usr/bin/env', ...directory, '--', ...variables, ...argv];
}

function encodeStdin(bytes: Uint8Array): string {
  if (bytes.length > MAX_STDIN_BYTES) {
    throw new AppError('guest/input-too-large', { size: bytes.length, limit: MAX_STDIN_BYTES });
  }
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return btoa(text);
}

function readStatus(command: string, status: ExecStatus): ExecResult {
  if (status['out-truncated'] || status['err-truncated']) {
    throw new AppError('guest/output-too-large', { command, limit: MAX_OUTPUT_BYTES });
  }
  const stderr = decode(status['err-data']);
  const code = status.signal === undefined ? (status.exitcode ?? 0) : 128 + status.signal;
  const complaint = new TextDecoder().decode(stderr.subarray(0, 300));
  if (NOT_STARTED.includes(code) && /^(?:\/usr\/bin\/)?(?:env|setsid): /.test(complaint)) {
    throw new AppError('guest/exec-failed', { command, detail: complaint.trim().replace(/^.*?: /, '') });
  }
  return { status: code, stdout: decode(status['out-data']), stderr };
}

/** @throws AppError `guest/exec-failed` for what is no base64: the guest's agent may be any program */
function decode(base64 = ''): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch (cause) {
    const detail = 'the agent gave its output in another form';
    throw new AppError('guest/exec-failed', { command: 'guest-exec', detail }, { cause });
  }
}
