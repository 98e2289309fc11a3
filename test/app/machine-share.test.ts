import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Cancellable } from '#ports/cancellation.ts';
import { ConsoleHub, type ConsoleService } from '../../src/app/machine-console.ts';
import { MachineShare, type OwnMachine } from '../../src/app/tabs/machine-share.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type Sink = (bytes: Bytes) => Promise<void>;

const text = (bytes: Bytes): string => new TextDecoder().decode(bytes).replaceAll('\u001bc', '');
const bytes = (content: string): Bytes => new TextEncoder().encode(content);

/** A session's terminal line: shows `shown` to whoever comes, then what is printed, and remembers what it was told. */
class FakeLine implements ConsoleService {
  readonly sinks: Sink[] = [];
  readonly typed: string[] = [];
  readonly sizes: (readonly [number, number])[] = [];
  shown = '';

  async attachConsole(sink: Sink): Promise<void> {
    this.sinks.push(sink);
    await sink(bytes(this.shown));
  }

  /** Resolves when all that look on have taken it. */
  async print(content: string): Promise<void> {
    this.shown += content;
    await Promise.allSettled(this.sinks.map((sink) => sink(bytes(content))));
  }

  writeConsole(input: Bytes): Promise<void> {
    this.typed.push(text(input));
    return Promise.resolve();
  }

  resizeConsole(columns: number, rows: number): Promise<void> {
    this.sizes.push([columns, rows]);
    return Promise.resolve();
  }
}

function open() {
  const line = new FakeLine();
  const hub = new ConsoleHub();
  hub.connect(line);
  const gone = new AbortController();
  const unused = (): Promise<never> => Promise.reject(new Error('not in this test'));
  const machine: OwnMachine = {
    console: hub,
    exec: unused,
    writeFile: unused,
    readFile: unused,
    processes: unused,
    openConnection: unused,
    exchange: unused,
    appSettings: unused,
    setAppSettings: unused,
    disk: unused,
    network: unused,
    setRelay: unused,
    requests: unused,
    clearRequests: unused,
    suspend: unused,
  };
  return { line, hub, gone, share: new MachineShare(machine, gone.signal) };
}

/** Looks on until the signal; `seen` is what it has seen. */
function watch(share: MachineShare, options: Cancellable = {}, hold: () => Promise<void> = () => Promise.resolve()) {
  const look = { seen: '', ended: false };
  const sink = async (part: Bytes): Promise<void> => {
    look.seen += text(part);
    await hold();
  };
  void share.attachConsole(sink, options).then(() => (look.ended = true));
  return look;
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

afterEach(() => vi.useRealTimers());

describe('a viewer in another tab', () => {
  it('sees the screen so far first, then all that comes, until it leaves', async () => {
    const { line, share } = open();
    await line.print('login: ');
    const leave = new AbortController();
    const look = watch(share, { signal: leave.signal });
    await line.print('root');
    expect(look.seen).toBe('login: root');
    leave.abort();
    await line.print(' and more');
    expect(look).toEqual({ seen: 'login: root', ended: true });
  });

  it('types into the same terminal', async () => {
    const { line, hub, share } = open();
    hub.write('a');
    await share.writeConsole(bytes('b'));
    expect(line.typed).toEqual(['a', 'b']);
  });

  it('holds the guest back while it is slow', async () => {
    const { line, share } = open();
    let go: () => void = () => undefined;
    watch(share, {}, () => new Promise((resolve) => (go = resolve)));
    await settle();
    go();
    let taken = false;
    const printing = line.print('flood').then(() => (taken = true));
    await settle();
    expect(taken).toBe(false);
    go();
    await printing;
    expect(taken).toBe(true);
  });

  it('that takes nothing for ten seconds is let go, and the guest goes on', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { line, share } = open();
    const look = watch(share, {}, () => new Promise(() => undefined));
    const printing = line.print('flood');
    await vi.advanceTimersByTimeAsync(10_000);
    await printing;
    expect(look.ended).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('whose tab has ended holds nobody back', async () => {
    const { line, gone, share } = open();
    const look = watch(share, {}, () => new Promise(() => undefined));
    const printing = line.print('flood');
    gone.abort();
    await printing;
    expect(look.ended).toBe(true);
    await share.attachConsole(() => Promise.reject(new Error('it has ended')));
  });
});

describe('the guest’s terminal', () => {
  it('has the size of whoever used it last, whatever order they come in', () => {
    const use = fc.record({
      who: fc.constantFrom('owner', 'viewer'),
      resize: fc.boolean(),
      size: fc.integer({ min: 20, max: 200 }),
    });
    fc.assert(
      fc.property(fc.array(use), (uses) => {
        const { line, hub, share } = open();
        const sizes = new Map<string, number>();
        let expected: number | undefined;
        for (const { who, resize, size } of uses) {
          if (resize) sizes.set(who, size);
          if (who === 'owner' && resize) hub.resize(size, 24);
          else if (who === 'owner') hub.write('x');
          else if (resize) void share.resizeConsole(size, 24);
          else void share.writeConsole(bytes('x'));
          expected = sizes.get(who) ?? expected;
        }
        expect(line.sizes.at(-1)?.[0]).toBe(expected);
        expect(line.sizes.every((size, i) => size[0] !== line.sizes[i - 1]?.[0])).toBe(true);
      }),
    );
  });
});
