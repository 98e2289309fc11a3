import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineConfig, Session } from '#ports/engine.ts';
import { concatBytes } from '#domain/bytes/index.ts';
import { failureOf } from '../support/failure.ts';
import {
  commands,
  decode,
  encode,
  shell,
  startMachine,
  type BootedMachines,
  type EngineUnderTest,
  type Machine,
} from './engine-support.ts';

/** What every engine does with states that it saves, and with a machine that has ended. */
export function stateContract(name: string, test: EngineUnderTest, booted: BootedMachines): void {
  describe(`${name}, a saved state`, () => {
    let state: Uint8Array<ArrayBuffer>;
    let first: Machine;
    const started: Session[] = [];

    const restore = async (changes: Partial<EngineConfig> = {}): Promise<Machine> => {
      const machine = await startMachine(test, { state, ...changes });
      started.push(machine.session);
      return machine;
    };

    beforeAll(async () => {
      first = await booted.start();
      started.push(first.session);
      await first.session.ready();
      await shell(first.session, 'echo on the disk > /root/kept; sync; echo in memory > /root/unsynced');
      await shell(first.session, 'setsid sleep 100001 >/dev/null 2>&1 </dev/null &');
      await first.session.writeFile('shared/file', encode('on the share'));
      first.terminal.type('echo on the $((1 + 1))nd screen\n');
      await first.terminal.shows(/^on the 2nd screen/m);
      state = concatBytes(await first.session.save());
    });
    afterAll(async () => {
      for (const session of started) await session.stop();
    });

    it('leaves the machine running', async () => {
      expect(await shell(first.session, 'echo still here')).toBe('still here');
    });

    it('goes on where it was: programs, files, share, terminal', async () => {
      await first.session.stop();
      const { session, terminal, events } = await restore();
      await session.ready();
      expect(await commands(session)).toContain('sleep 100001');
      expect(await shell(session, 'cat /root/kept /root/unsynced /host/shared/file')).toBe(
        'on the disk\nin memory\non the share',
      );
      await terminal.shows(/^on the 2nd screen/m);
      terminal.clear();
      terminal.type('echo typed after $((5 + 5)) years\n');
      await terminal.shows(/^typed after 10 years/m);
      expect(events.filter(({ type }) => type === 'waiting')).toEqual([]);
    });

    it('can be restored again and again, each apart from the others', async () => {
      const [one, other] = [await restore(), await restore()];
      await shell(one.session, 'echo changed > /root/kept');
      await one.session.writeFile('shared/file', encode('changed'));
      expect(await shell(other.session, 'cat /root/kept')).toBe('on the disk');
      expect(decode(await other.session.readFile('shared/file'))).toBe('on the share');
    });

    it('can be saved once more', async () => {
      const { session } = await restore();
      await shell(session, 'echo second > /root/second');
      const again = await restore({ state: concatBytes(await session.save()) });
      expect(await shell(again.session, 'cat /root/kept /root/second')).toBe('on the disk\nsecond');
      expect(await commands(again.session)).toContain('sleep 100001');
    });

    it.each<[string, (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>]>([
      ['is empty', () => new Uint8Array()],
      ['is cut short', (bytes) => bytes.slice(0, bytes.length >> 1)],
      ['lacks its last byte', (bytes) => bytes.slice(0, -1)],
      ['has something behind it', (bytes) => Uint8Array.from(Buffer.concat([bytes, Buffer.from('x')]))],
      ['has a damaged head', (bytes) => bytes.slice().fill(0x41, 0, 64)],
      ['has a damaged body', (bytes) => bytes.slice().fill(0x41, 64, 200_000)],
      ['is something else', () => encode('PK this is no state'.repeat(1000))],
    ])('that %s is refused', async (_, damage) => {
      const failure = await failureOf(restore({ state: damage(state) }));
      expect(failure.code).toBe('state/corrupt');
    });

    it('of a machine with another disk is refused', async () => {
      const disk = { ...(await test.openDisk()), size: 4096 * 512, peek: () => undefined, prefetch: () => undefined };
      const read = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array(131_072));
      expect(await failureOf(restore({ disk: { ...disk, read } }))).toMatchObject({ code: 'state/corrupt' });
    });

    it('of a machine with another memory is refused', async () => {
      const memory = (await test.memory()) / 2;
      expect(await failureOf(restore({ memory }))).toMatchObject({ code: 'state/corrupt' });
    });
  });

  describe(`${name}, a machine that has ended`, () => {
    it('does nothing any more, and says so', async () => {
      const { session, disk } = await booted.start();
      const running = failureOf(session.exec(['sleep', '1000']));
      await session.stop();
      await session.stop();
      expect(await running).toMatchObject({ code: 'machine/not-running' });
      const calls: (() => unknown)[] = [
        () => session.ready(),
        () => session.exec(['true']),
        () => session.writeFile('a', encode('a')),
        () => session.readFile('a'),
        () => session.processes(),
        () => session.pause(),
        () => session.resume(),
        () => session.save(),
        () => session.renew('kept'),
        () => session.retry(),
        () => session.subscribe(() => undefined),
      ];
      for (const call of calls) {
        expect(await failureOf(call)).toMatchObject({ code: 'machine/not-running', data: { state: 'stopped' } });
      }
      disk.down = true;
      expect(disk.refused).toBe(0);
    });

    it('while its disk was away asks for nothing any more', async () => {
      const { session, disk } = await startMachine(test);
      disk.down = true;
      await expect.poll(() => disk.refused, { timeout: 60_000 }).toBeGreaterThan(0);
      await session.stop();
      const refused = disk.refused;
      await new Promise((resolve) => setTimeout(resolve, 4000));
      expect(disk.refused).toBe(refused);
    });

    it('before it was started is not started', async () => {
      const signal = AbortSignal.abort(new Error('never'));
      const [engine, disk, kernel, commandLine, memory] = await Promise.all([
        test.makeEngine(),
        test.openDisk(),
        test.kernel(),
        test.commandLine(),
        test.memory(),
      ]);
      await expect(engine.start({ disk, kernel, commandLine, memory }, { signal })).rejects.toThrow('never');
    });

    it('before its prompt came rejects who waits for it', async () => {
      const { session } = await startMachine(test);
      const ready = failureOf(session.ready());
      await session.stop();
      expect(await ready).toMatchObject({ code: 'machine/not-running' });
    });

    it('does not keep a caller waiting for a prompt who has given up', async () => {
      const { session } = await startMachine(test);
      const caller = new AbortController();
      const ready = session.ready({ signal: caller.signal });
      caller.abort(new Error('enough'));
      await expect(ready).rejects.toThrow('enough');
      await session.stop();
    });
  });
}
