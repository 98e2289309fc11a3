import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session, SessionEvent } from '#ports/engine.ts';
import { failureOf } from '../support/failure.ts';
import { noise } from '../support/noise.ts';
import { consoleContract } from './engine-console.ts';
import { diskContract } from './engine-disk.ts';
import { networkContract } from './engine-network.ts';
import { renewalContract } from './engine-renewal.ts';
import { stateContract } from './engine-states.ts';
import {
  BootedMachines,
  commands,
  decode,
  encode,
  shell,
  startMachine,
  UnreliableDisk,
  waitUntil,
  type EngineUnderTest,
  type Machine,
} from './engine-support.ts';

/**
 * What every engine does with a container of Debian's that follows the recipes in images/. The rest of it is
 * `savedMachinesContract`: in a file of its own, it runs at the same time.
 */
export function engineContract(name: string, test: EngineUnderTest): void {
  describe(name, () => {
    const booted = new BootedMachines(test);
    let machine: Machine;
    let session: Session;

    beforeAll(async () => {
      machine = await startMachine(test);
      ({ session } = machine);
      await session.ready();
    });
    afterAll(() => session.stop());

    it('boots to a prompt, stage by stage', async () => {
      const stages = machine.events.filter((event) => event.type === 'stage').map(({ stage }) => stage);
      expect(stages).toEqual(['kernel', 'services', 'prompt']);
      await machine.terminal.shows(/# $/);
    });

    programs(() => session);
    cancellation(() => session);
    files(() => session);
    consoleContract(() => machine);
    disk(() => machine, booted);
    pausing(() => session);
    networkContract(booted);
  });

  unreadableDisk(name, test);
}

/** What every engine does with machines that are saved, and go on. */
export function savedMachinesContract(name: string, test: EngineUnderTest): void {
  const booted = new BootedMachines(test);
  stateContract(name, test, booted);
  renewalContract(name, test, booted);
  diskContract(name, test, booted);
}

function unreadableDisk(name: string, test: EngineUnderTest): void {
  describe(`${name}, a disk that cannot be read`, () => {
    it('at the start is why the machine does not start; it starts as soon as the disk can be read', async () => {
      const disk = new UnreliableDisk(await test.openDisk());
      disk.down = true;
      expect(await failureOf(startMachine(test, { disk }))).toMatchObject({ code: 'source/unreachable' });
      disk.down = false;
      const { session } = await startMachine(test, { disk });
      await session.stop();
    });
  });
}

function programs(session: () => Session): void {
  describe('a program', () => {
    it('gives its status and both of its streams', async () => {
      const { status, stdout, stderr } = await session().exec(['sh', '-c', 'echo out; echo err >&2; exit 3']);
      expect([status, decode(stdout), decode(stderr)]).toEqual([3, 'out\n', 'err\n']);
    });

    it('finds its streams below /dev, as shells and scripts name them', async () => {
      const { stdout, stderr } = await session().exec([
        'bash',
        '-c',
        'echo complaint > /dev/stderr; cat <(echo piped)',
      ]);
      expect([decode(stdout), decode(stderr)]).toEqual(['piped\n', 'complaint\n']);
    });

    it('gives bytes as they are', async () => {
      const { stdout } = await session().exec(['printf', String.raw`\000\377\012\015\200`]);
      expect([...stdout]).toEqual([0, 255, 10, 13, 128]);
    });

    it.each([0, 1, 100_000, 1024 * 1024])('reads %i bytes of input as they are', async (length) => {
      const stdin = noise(length);
      const { stdout } = await session().exec(['md5sum'], { stdin });
      expect(decode(stdout).slice(0, 32)).toBe(createHash('md5').update(stdin).digest('hex'));
    });

    it('takes no more input than is announced', async () => {
      const stdin = new Uint8Array(1024 * 1024 + 1);
      const limit = 1024 * 1024;
      expect(await failureOf(session().exec(['true'], { stdin }))).toEqual({
        code: 'guest/input-too-large',
        data: { size: limit + 1, limit },
      });
    });

    it('may write a megabyte to each stream', async () => {
      const { stdout, stderr } = await session().exec([
        'sh',
        '-c',
        'head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2',
      ]);
      expect([stdout.length, stderr.length]).toEqual([1_000_000, 1_000_000]);
    });

    it('is started with the environment that is given, beside the guest’s own', async () => {
      const env = { PLAIN: 'a', ODD: `b c\n"'$HOME\\ü`, EMPTY: '', EQUALS: 'd=e' };
      const { stdout } = await session().exec(['env', '-0'], { env });
      const found = new Map(
        decode(stdout)
          .split('\0')
          .map((line) => [line.split('=', 1)[0], line.replace(/^[^=]*=/, '')]),
      );
      expect(Object.fromEntries(Object.keys(env).map((key) => [key, found.get(key)]))).toEqual(env);
      expect(found.get('PATH')).toContain('/usr/bin');
    });

    it('is started where it is told', async () => {
      expect(decode((await session().exec(['pwd'], { cwd: '/var/log' })).stdout)).toBe('/var/log\n');
    });

    it('takes its arguments as they are', async () => {
      const args = ['-n', '--', 'a b', '', '$HOME', `'"`, '*', 'ü', '\\n', 'A=b'];
      const { stdout } = await session().exec(['sh', '-c', String.raw`printf '%s\n' "$@"`, 'sh', ...args]);
      expect(decode(stdout)).toBe(args.map((arg) => `${arg}\n`).join(''));
    });

    it('that a signal ends has a status as shells have it', async () => {
      expect((await session().exec(['sh', '-c', 'kill -9 $$'])).status).toBe(137);
    });

    it.each([
      ['is not there', ['no-such-program'], {}, 'no-such-program'],
      ['is a folder', ['/etc'], {}, '/etc'],
      ['is to run where there is nothing', ['pwd'], { cwd: '/no/such/folder' }, 'pwd'],
      ['has no name', [], {}, ''],
    ])('that %s is an error', async (_, argv, options, command) => {
      expect(await failureOf(session().exec(argv, options))).toMatchObject({
        code: 'guest/exec-failed',
        data: { command },
      });
    });

    it('may run beside others', async () => {
      const numbers = [1, 2, 3, 4, 5];
      const results = await Promise.all(
        numbers.map((n) => session().exec(['sh', '-c', `sleep 0.${6 - n}; echo ${n}`])),
      );
      expect(results.map(({ stdout }) => decode(stdout))).toEqual(numbers.map((n) => `${n}\n`));
    });

    it('is in the list of processes while it runs', async () => {
      const caller = new AbortController();
      const sleeping = session().exec(['sleep', '4321'], { signal: caller.signal });
      sleeping.catch(() => undefined);
      await waitUntil(async () => (await commands(session())).includes('sleep 4321'));
      const listed = await session().processes();
      expect(listed.find(({ pid }) => pid === 1)).toMatchObject({ parent: 0 });
      expect(listed.find(({ command }) => command === 'sleep 4321')?.memory).toBeGreaterThan(0);
      caller.abort(new Error('enough'));
      await expect(sleeping).rejects.toThrow('enough');
      expect(await commands(session())).not.toContain('sleep 4321');
    });
  });
}

function cancellation(session: () => Session): void {
  describe('a cancelled program', () => {
    it.each([
      ['with its children', 'sleep 4001 & sleep 4002', /sleep 400/],
      ['even if it does not want to', 'trap "" TERM; while :; do sleep 4003; done', /sleep 4003/],
    ])('ends in the guest, %s', async (_, script, pattern) => {
      const caller = new AbortController();
      const run = session().exec(['sh', '-c', script], { signal: caller.signal });
      run.catch(() => undefined);
      await waitUntil(async () => (await commands(session())).some((command) => command.startsWith('sleep 400')));
      caller.abort(new Error('enough'));
      await expect(run).rejects.toThrow('enough');
      expect((await commands(session())).filter((command) => pattern.test(command))).toEqual([]);
    });

    it('before its start is not started', async () => {
      const signal = AbortSignal.abort(new Error('never'));
      await expect(session().exec(['touch', '/tmp/never'], { signal })).rejects.toThrow('never');
      expect(await shell(session(), 'ls /tmp')).not.toContain('never');
    });
  });
}

function files(session: () => Session): void {
  describe('a file of the shared folder', () => {
    it('goes from the host to the guest, with the folders on its way', async () => {
      await session().writeFile('a/b/c.txt', encode('from the host'));
      expect(await shell(session(), 'cat /host/a/b/c.txt')).toBe('from the host');
    });

    it('goes from the guest to the host', async () => {
      await shell(session(), 'mkdir -p /host/x && echo from the guest > /host/x/y.txt');
      expect(decode(await session().readFile('x/y.txt'))).toBe('from the guest\n');
    });

    it('is replaced by a new one of its name, longer or shorter', async () => {
      for (const text of ['first', 'the second is longer', '3']) {
        await session().writeFile('replaced.txt', encode(text));
        expect(await shell(session(), 'cat /host/replaced.txt; wc -c < /host/replaced.txt')).toBe(
          `${text}${text.length}`,
        );
      }
    });

    it('may be changed on both sides', async () => {
      await session().writeFile('shared.txt', encode('one\n'));
      await shell(session(), 'echo two >> /host/shared.txt');
      expect(decode(await session().readFile('shared.txt'))).toBe('one\ntwo\n');
    });

    it('is empty where it is empty', async () => {
      await session().writeFile('empty', new Uint8Array());
      expect(await shell(session(), 'wc -c < /host/empty; : > /host/empty-too')).toBe('0');
      expect(await session().readFile('empty')).toHaveLength(0);
      expect(await session().readFile('empty-too')).toHaveLength(0);
    });

    it('of megabytes stays as it is, both ways', async () => {
      const content = noise(5_000_000);
      const digest = createHash('md5').update(content).digest('hex');
      await session().writeFile('large', content);
      expect(await shell(session(), 'md5sum < /host/large; cp /host/large /host/copy')).toContain(digest);
      expect(
        createHash('md5')
          .update(await session().readFile('copy'))
          .digest('hex'),
      ).toBe(digest);
    });

    it('that is read is a copy', async () => {
      await session().writeFile('mine', encode('mine'));
      (await session().readFile('mine')).fill(0);
      expect(decode(await session().readFile('mine'))).toBe('mine');
    });

    it.each(['', '/', '../etc/passwd', 'a/../../b', 'a//b', 'a\0b'])('cannot be %j', async (path) => {
      expect(await failureOf(session().writeFile(path, encode('x')))).toEqual({
        code: 'file/bad-path',
        data: { path },
      });
      expect(await failureOf(session().readFile(path))).toEqual({ code: 'file/bad-path', data: { path } });
    });

    it('that is not there, or is a folder, cannot be read', async () => {
      await session().writeFile('folder/file', encode('x'));
      for (const path of ['nothing', 'folder', 'folder/nothing', 'folder/file/below']) {
        expect(await failureOf(session().readFile(path))).toEqual({ code: 'file/not-found', data: { path } });
      }
    });

    it('cannot take the place of a folder, nor lie below a file', async () => {
      await session().writeFile('folder/file', encode('x'));
      for (const path of ['folder', 'folder/file/below']) {
        expect(await failureOf(session().writeFile(path, encode('y')))).toEqual({
          code: 'file/bad-path',
          data: { path },
        });
      }
      expect(decode(await session().readFile('folder/file'))).toBe('x');
    });
  });
}

/** Reads from the disk what the guest's memory has, too. */
const READ_ANEW = 'echo 3 > /proc/sys/vm/drop_caches; cat /var/lib/dpkg/status /sbin/ldconfig | md5sum';
/** Longer than a guest waits for a disk. */
const LONG_MS = 35_000;

/** Reads files that nothing has read before, with the host's source taken away first. */
async function outage(
  { session, disk: source, events }: Machine,
  milliseconds: number,
  script: string,
): Promise<{ result: string; types: string[] }> {
  const before = events.length;
  source.down = true;
  const reading = shell(session, script);
  await waitUntil(() => source.refused > 0);
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  source.down = false;
  session.retry();
  const result = await reading;
  const kinds: SessionEvent['type'][] = ['waiting', 'continuing'];
  const types = events.slice(before).map(({ type }) => type);
  return { result, types: types.filter((type) => kinds.includes(type)) };
}

/** Reads a file whose chunks are on their way for so long. */
async function slowRead({ session, disk: source, events }: Machine): Promise<void> {
  source.delay = LONG_MS;
  const reading = shell(session, READ_ANEW);
  await waitUntil(() => events.at(-1)?.type === 'waiting');
  source.delay = 0;
  await reading;
}

function disk(machine: () => Machine, booted: BootedMachines): void {
  describe('a disk whose source is away for a while', () => {
    it('holds the machine, says why, and goes on as if nothing had been', async () => {
      const script = 'echo 3 > /proc/sys/vm/drop_caches; cat /usr/bin/dpkg /usr/bin/apt-get | md5sum';
      const { events, session } = machine();
      const { result, types } = await outage(machine(), 3000, script);
      expect(types[0]).toBe('waiting');
      expect(types.at(-1)).toBe('continuing');
      expect(events.find((event) => event.type === 'waiting')).toMatchObject({ error: { code: 'source/unreachable' } });
      expect(await shell(session, script)).toBe(result);
    });

    // Side by side, as they do nothing but wait.
    it.concurrent.each<[string, (machine: Machine) => Promise<unknown>]>([
      ['it is away', (each) => outage(each, LONG_MS, READ_ANEW)],
      ['a chunk takes', slowRead],
    ])('is not seen by the guest, even if %s longer than a guest waits for a disk', async (_, makeTrouble) => {
      const apart = await booted.start();
      await makeTrouble(apart);
      const signs = 'i/o error|exception emask|failed command|resetting|frozen|sense key';
      expect(await shell(apart.session, `dmesg | grep -iE "${signs}" || true`)).toBe('');
      await apart.session.stop();
    });
  });
}

function pausing(session: () => Session): void {
  it('a paused machine stands still and goes on where it was', async () => {
    await shell(
      session(),
      'rm -f /host/ticks; (while [ ! -e /host/enough ]; do echo tick >> /host/ticks; sleep 0.1; done) >/dev/null 2>&1 &',
    );
    const ticks = async (): Promise<number> => (await session().readFile('ticks')).length;
    await waitUntil(async () => (await ticks()) > 20);
    await session().pause();
    const paused = await ticks();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await ticks()).toBe(paused);
    await session().resume();
    await waitUntil(async () => (await ticks()) > paused);
    await shell(session(), 'touch /host/enough');
  });
}
