import {
  AGENT_DELIMITER,
  agentCommand,
  ExecStartedSchema,
  ExecStatusSchema,
  LineSplitter,
  parseAgentReply,
  type AgentReply,
  type ExecStatus,
} from '#domain/guest/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import * as v from 'valibot';

/** Seconds of the guest's running time for which nothing may pass on the line while an answer is awaited. */
const ANSWER_SECONDS = 30;
/** Seconds after which an unanswered greeting is sent again: the agent may not have opened its line yet. */
const GREETING_SECONDS = 1;
/** Milliseconds between two looks at a running program: the first, and the most that they grow to. */
const FIRST_POLL_MS = 4;
const MAX_POLL_MS = 100;
/** Seconds between asking a cancelled program to end and ending it. */
const KILL_SECONDS = 2;

/** The wires below the agent: the second serial port. */
export interface AgentWires {
  send(bytes: Uint8Array): void;
  /** Bytes sent that the guest has not taken yet. */
  pending(): number;
  /** False while the machine is held, when no answer can be expected. */
  running(): boolean;
}

/** Client of the QEMU guest agent. Commands go one at a time, as the agent works on them. */
export class GuestAgent {
  readonly #wires: AgentWires;
  readonly #lines = new LineSplitter((line) => this.#onLine(line));
  #waiting: ((reply: AgentReply) => void) | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #greeted = false;
  #received = 0;
  #closed = new AbortController();

  constructor(wires: AgentWires) {
    this.#wires = wires;
  }

  /** Takes a byte from the guest. */
  receive(byte: number): void {
    this.#received++;
    if (byte === AGENT_DELIMITER) this.#lines.reset();
    else this.#lines.push(byte);
  }

  /**
   * Runs one command of the agent's protocol.
   * @throws AppError `guest/agent-silent`, `guest/exec-failed` with the agent's words
   */
  async command(name: string, args?: Readonly<Record<string, unknown>>): Promise<unknown> {
    const turn = this.#queue.then(() => this.#converse(name, args));
    this.#queue = turn.catch(() => undefined);
    const reply = await turn;
    if (reply.ok) return reply.value;
    throw new AppError('guest/exec-failed', { command: name, detail: reply.description });
  }

  /**
   * Runs a program to its end.
   * @param stdin base64
   * @throws AppError `guest/*`; the signal's reason when it was cancelled, after the program was asked to end
   */
  async run(argv: readonly string[], stdin: string | undefined, { signal }: Cancellable = {}): Promise<ExecStatus> {
    signal?.throwIfAborted();
    const [path, ...arg] = argv;
    const input = stdin === undefined ? {} : { 'input-data': stdin };
    const started = await this.command('guest-exec', { path, arg, ...input, 'capture-output': true });
    const { pid } = parseAnswer(ExecStartedSchema, started);
    for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 1.5, MAX_POLL_MS)) {
      const status = parseAnswer(ExecStatusSchema, await this.command('guest-exec-status', { pid }));
      if (status.exited) return status;
      if (signal?.aborted) {
        await this.#end(pid);
        signal.throwIfAborted();
      }
      await delay(pause);
    }
  }

  dispose(): void {
    this.#closed.abort(new AppError('machine/not-running', { state: 'stopped', action: 'answer' }));
  }

  /** Ends a program's process group: first kindly, then what is left of it. */
  async #end(pid: number): Promise<void> {
    await this.#kill(pid, '-TERM');
    const ended = await this.#endsSoon(pid);
    await this.#kill(pid, '-KILL');
    if (!ended) await this.#endsSoon(pid);
  }

  async #kill(pid: number, signal: '-TERM' | '-KILL'): Promise<void> {
    await this.command('guest-exec', { path: '/bin/kill', arg: [signal, '--', `-${pid}`] });
  }

  /** True when the program ends within KILL_SECONDS. The agent forgets it then. */
  async #endsSoon(pid: number): Promise<boolean> {
    for (let waited = 0; waited < KILL_SECONDS * 1000; waited += MAX_POLL_MS) {
      const status = parseAnswer(ExecStatusSchema, await this.command('guest-exec-status', { pid }));
      if (status.exited) return true;
      await delay(MAX_POLL_MS);
    }
    return false;
  }

  async #converse(name: string, args: Readonly<Record<string, unknown>> | undefined): Promise<AgentReply> {
    try {
      if (!this.#greeted) await this.#greet();
      return await this.#ask(encode(agentCommand(name, args)), ANSWER_SECONDS);
    } catch (error) {
      // An answer that comes late would be taken for the next one's: greet again first.
      this.#greeted = false;
      throw error;
    }
  }

  /**
   * Makes sure that the next answer belongs to the next question (QEMU: guest-sync-delimited). Greetings that were not
   * answered in time are answered later, in order: only the answer to the last one ends the greeting.
   */
  async #greet(): Promise<void> {
    for (let seconds = 0; ; seconds += GREETING_SECONDS) {
      const id = Math.floor(Math.random() * 2 ** 31);
      const greeting = agentCommand('guest-sync-delimited', { id });
      try {
        await this.#ask(
          [AGENT_DELIMITER, ...encode(greeting)],
          GREETING_SECONDS,
          (reply) => reply.ok && reply.value === id,
        );
        this.#greeted = true;
        return;
      } catch (error) {
        if (this.#closed.signal.aborted) throw error;
        if (seconds >= ANSWER_SECONDS) throw new AppError('guest/agent-silent', { seconds: ANSWER_SECONDS });
      }
    }
  }

  async #ask(
    bytes: readonly number[],
    seconds: number,
    fits: (reply: AgentReply) => boolean = () => true,
  ): Promise<AgentReply> {
    this.#closed.signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        this.#waiting = undefined;
        stopWatch();
        this.#closed.signal.removeEventListener('abort', onClose);
      };
      const onClose = (): void => {
        finish();
        reject(AppError.from(this.#closed.signal.reason));
      };
      const stopWatch = this.#watch(seconds, () => {
        finish();
        reject(new AppError('guest/agent-silent', { seconds }));
      });
      this.#closed.signal.addEventListener('abort', onClose);
      this.#waiting = (reply) => {
        if (!fits(reply)) return;
        finish();
        resolve(reply);
      };
      this.#wires.send(Uint8Array.from(bytes));
    });
  }

  /** Calls `onSilence` after so many seconds in which the machine ran and no byte went to or came from the agent. */
  #watch(seconds: number, onSilence: () => void): () => void {
    let left = seconds * 10;
    let seen = this.#passed();
    const timer = setInterval(() => {
      const passed = this.#passed();
      if (passed !== seen) left = seconds * 10;
      seen = passed;
      if (this.#wires.running() && --left <= 0) onSilence();
    }, 100);
    return () => clearInterval(timer);
  }

  /** Changes whenever a byte passes. */
  #passed(): string {
    return `${this.#received}/${this.#wires.pending()}`;
  }

  #onLine(line: string): void {
    const reply = parseAgentReply(line);
    if (reply) this.#waiting?.(reply);
  }
}

function encode(line: string): number[] {
  return [...new TextEncoder().encode(line)];
}

/** @throws AppError `guest/exec-failed` for an answer of another form */
export function parseAnswer<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const answer = v.safeParse(schema, value);
  if (answer.success) return answer.output;
  throw new AppError('guest/exec-failed', {
    command: 'guest-exec',
    detail: 'the agent gave an answer of another form',
  });
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
