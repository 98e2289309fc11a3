import { concatBytes } from '#domain/bytes/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { BlockSource } from '#ports/block-source.ts';
import type { Engine, EngineConfig, Session, SessionConsole, SessionEvent } from '#ports/engine.ts';
import { vi } from 'vitest';

/** What a contract needs to know of an engine and a container for it. */
export interface EngineUnderTest {
  readonly makeEngine: () => Promise<Engine>;
  readonly openDisk: () => Promise<BlockSource>;
  readonly kernel: () => Promise<Uint8Array<ArrayBuffer>>;
  readonly commandLine: () => Promise<string>;
  /** Guest memory in bytes. */
  readonly memory: () => Promise<number>;
}

/** Longest wait for anything that a machine does, in milliseconds: the tests' machine may be busy. */
const PATIENCE_MS = 120_000;

export const encode = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(new TextEncoder().encode(text));
export const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A disk whose source can be taken away and given back. */
export class UnreliableDisk implements BlockSource {
  readonly size: number;
  down = false;
  /** Milliseconds that a chunk takes on its way. */
  delay = 0;
  /** Reads that were refused. */
  refused = 0;
  readonly #disk: BlockSource;

  constructor(disk: BlockSource) {
    this.#disk = disk;
    this.size = disk.size;
  }

  peek(index: number): Uint8Array | undefined {
    return this.down || this.delay > 0 ? undefined : this.#disk.peek(index);
  }

  async read(index: number): Promise<Uint8Array> {
    await new Promise((resolve) => setTimeout(resolve, this.delay));
    if (!this.down) return this.#disk.read(index);
    this.refused++;
    throw new AppError('source/unreachable', { url: 'http://a.test/disk', detail: 'the tests took it away' });
  }

  prefetch(indexes: readonly number[]): void {
    if (!this.down) this.#disk.prefetch(indexes);
  }
}

/** A machine of the container, and all that it has said. */
export interface Machine {
  readonly session: Session;
  readonly disk: UnreliableDisk;
  readonly events: readonly SessionEvent[];
  readonly terminal: Terminal;
}

/** Starts a machine, from `state` if there is one. */
export async function startMachine(test: EngineUnderTest, changes: Partial<EngineConfig> = {}): Promise<Machine> {
  const [engine, disk, kernel, commandLine, memory] = await Promise.all([
    test.makeEngine(),
    test.openDisk(),
    test.kernel(),
    test.commandLine(),
    test.memory(),
  ]);
  const unreliable = new UnreliableDisk(disk);
  const session = await engine.start({ kernel, commandLine, memory, disk: unreliable, ...changes });
  const events: SessionEvent[] = [];
  session.subscribe((event) => events.push(event));
  return { session, disk: unreliable, events, terminal: new Terminal(session.console) };
}

/**
 * Starts machines that stand at their first prompt, each apart from the others, from a state that is saved once: for what
 * does not look at the boot itself.
 */
export class BootedMachines {
  readonly #test: EngineUnderTest;
  #state: Promise<Uint8Array<ArrayBuffer>> | undefined;

  constructor(test: EngineUnderTest) {
    this.#test = test;
  }

  async start(changes: Partial<EngineConfig> = {}): Promise<Machine> {
    this.#state ??= this.#boot();
    return startMachine(this.#test, { state: await this.#state, ...changes });
  }

  async #boot(): Promise<Uint8Array<ArrayBuffer>> {
    const { session } = await startMachine(this.#test);
    await session.ready();
    const state = concatBytes(await session.save());
    await session.stop();
    return state;
  }
}

/** What a terminal has shown. */
class Terminal {
  text = '';
  readonly #console: SessionConsole;

  constructor(console: SessionConsole) {
    this.#console = console;
    console.attach((bytes) => void (this.text += Buffer.from(bytes).toString('latin1')));
  }

  type(text: string): void {
    this.#console.write(encode(text));
  }

  /** Waits until `pattern` has been shown since the last call of `clear`. */
  async shows(pattern: RegExp): Promise<string> {
    await vi
      .waitUntil(() => pattern.test(this.text), { timeout: PATIENCE_MS, interval: 20 })
      .catch(() => {
        throw new Error(`the terminal did not show ${pattern} but ${JSON.stringify(this.text.slice(-500))}`);
      });
    return this.text;
  }

  clear(): void {
    this.text = '';
  }
}

/** Runs a shell script and gives what it wrote; fails the test when the script fails. */
export async function shell(session: Session, script: string): Promise<string> {
  const { status, stdout, stderr } = await session.exec(['/bin/sh', '-c', script]);
  if (status !== 0) throw new Error(`${script}: status ${status}, ${decode(stderr)}`);
  return decode(stdout).trimEnd();
}

/** Command lines of the guest's processes. */
export async function commands(session: Session): Promise<readonly string[]> {
  return (await session.processes()).map(({ command }) => command);
}

export async function waitUntil(condition: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitUntil(condition, { timeout: PATIENCE_MS, interval: 50 });
}
