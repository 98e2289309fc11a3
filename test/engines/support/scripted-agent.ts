import * as v from 'valibot';
import { GuestAgent } from '#engines/v86/guest-agent.ts';

const Command = v.object({ execute: v.string(), arguments: v.record(v.string(), v.unknown()) });

export interface AgentCommand {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What the agent says to a command; undefined: nothing. */
type Script = (command: AgentCommand) => unknown;

/** The guest's side of the line: an agent that answers as a script says, as soon as it listens. */
export class ScriptedAgent {
  readonly commands: AgentCommand[] = [];
  /** Lines that came before the agent listened; it reads them then, as a serial port keeps them. */
  readonly #kept: string[] = [];
  readonly #script: Script;
  #listening = true;
  #line: number[] = [];
  running = true;
  pending = 0;
  readonly client = new GuestAgent({
    send: (bytes) => this.#receive(bytes),
    pending: () => this.pending,
    running: () => this.running,
  });

  constructor(script: Script) {
    this.#script = script;
  }

  /** Commands that are not greetings, by name. */
  get asked(): readonly string[] {
    return this.commands.map(({ name }) => name).filter((name) => name !== 'guest-sync-delimited');
  }

  sleep(): void {
    this.#listening = false;
  }

  wake(): void {
    this.#listening = true;
    for (const line of this.#kept.splice(0)) this.#answer(line);
  }

  /** Says something, asked or not. */
  say(text: string): void {
    for (const byte of Buffer.from(text)) this.client.receive(byte);
  }

  /** Says a result, as `say`. */
  reply(value: unknown): void {
    this.say(`${JSON.stringify({ return: value })}\n`);
  }

  #receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === 0xff) this.#line = [];
      else if (byte !== 0x0a) this.#line.push(byte);
      else this.#end();
    }
  }

  #end(): void {
    const line = Buffer.from(this.#line).toString();
    this.#line = [];
    if (this.#listening) this.#answer(line);
    else this.#kept.push(line);
  }

  #answer(line: string): void {
    const { execute: name, arguments: args } = v.parse(Command, JSON.parse(line));
    this.commands.push({ name, args });
    if (name === 'guest-sync-delimited') {
      this.client.receive(0xff);
      this.reply(args['id']);
      return;
    }
    const answer = this.#script({ name, args });
    if (answer !== undefined) this.say(`${JSON.stringify(answer)}\n`);
  }
}

/** A script under which every program runs until it is killed, or for so many looks at it. */
export function programScript(looks: number, killable: readonly string[] = ['-TERM', '-KILL']): Script {
  let left = looks;
  return ({ name, args }) => {
    if (name === 'guest-exec' && args['path'] === '/bin/kill') {
      const [signal] = v.parse(v.array(v.string()), args['arg']);
      if (killable.includes(signal ?? '')) left = 0;
      return { return: { pid: 999 } };
    }
    if (name === 'guest-exec') return { return: { pid: 42 } };
    if (name !== 'guest-exec-status') return { return: {} };
    return { return: left-- > 0 ? { exited: false } : { exited: true, exitcode: 7, 'out-data': 'b3V0' } };
  };
}
