/// <reference lib="webworker" />
/** A machine whose network card is at v86's own adapter, and HTTP over that with as little around it as there can be. */
import { loadBrowserAssets } from '#engines/v86/browser-assets.ts';
import { V86Engine, type NetworkCard } from '#engines/v86/index.ts';
import type { Session } from '#ports/engine.ts';
import { startMachine } from '../throughput/machine.ts';
import { builtInAdapter, type FakeConnection } from './built-in-adapter.ts';
import type { Question } from './page.ts';

interface Machine {
  readonly session: Session;
  connect(): FakeConnection;
}

/** Its name is the page's query, which says which card the machine has. */
const card: NetworkCard = self.name === '?card=stock' ? 'stock' : 'ours';
const machine = start();

async function start(): Promise<Machine> {
  const assets = await loadBrowserAssets();
  const session = await startMachine(
    new V86Engine(assets, 'ours', card),
    new URL('/catalog/catalog.json', location.href).href,
    // The snapshot's guest has found our card.
    { container: 'web', isCold: card === 'stock' },
  );
  // Its first program runs when the machine is its own, with its own hardware address.
  await session.exec(['true']);
  const adapter = await builtInAdapter(session, assets);
  await session.exec(['sh', '-c', 'ping -c 1 10.0.2.2 || busybox ping -c 1 10.0.2.2 || true']);
  await session.pause();
  return { session, connect: () => adapter.connect(80) };
}

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  void machine.then(async (it) => {
    await it.session.resume();
    const times = await answer(it, data);
    await it.session.pause();
    postMessage(times);
  });
});

async function answer({ session, connect }: Machine, question: Question): Promise<number[]> {
  if (question.type === 'run') {
    const { status } = await session.exec(['sh', '-euc', question.script]);
    if (status !== 0) throw new Error(`the script ended with status ${status}`);
    return [];
  }
  const { path, count, atOnce, bytes } = question;
  const times: number[] = [];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async (_, lane) => {
      const client = new Client(connect());
      for (let i = lane; i < count; i += atOnce) {
        const start = performance.now();
        await client.get(path, bytes);
        times.push(performance.now() - start);
      }
      client.close();
    }),
  );
  return [...times, performance.now() - began];
}

/** GETs over one kept connection. */
class Client {
  readonly #connection: FakeConnection;
  readonly #opened: Promise<void>;
  #head = '';
  #left = -1;
  #done: () => void = () => undefined;

  constructor(connection: FakeConnection) {
    this.#connection = connection;
    this.#opened = new Promise((resolve) => connection.on('connect', resolve));
    connection.on('data', (bytes) => this.#take(bytes));
  }

  /** @param bytes of the body, as the server is to announce them */
  async get(path: string, bytes: number): Promise<void> {
    await this.#opened;
    const answered = new Promise<void>((resolve) => {
      this.#done = resolve;
    });
    this.#connection.write(new TextEncoder().encode(`GET ${path} HTTP/1.1\r\nHost: guest\r\n\r\n`));
    await answered;
    if (!this.#head.includes(`Content-Length: ${bytes}\r\n`))
      throw new Error(`another answer than expected: ${this.#head}`);
    this.#head = '';
    this.#left = -1;
  }

  close(): void {
    this.#connection.close();
  }

  #take(bytes: Uint8Array): void {
    if (this.#left < 0) {
      this.#head += String.fromCharCode(...bytes);
      const end = this.#head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (?<bytes>\d+)/.exec(this.#head)?.groups?.['bytes']);
      this.#left = length - (this.#head.length - end - 4);
    } else {
      this.#left -= bytes.length;
    }
    if (this.#left <= 0) this.#done();
  }
}
