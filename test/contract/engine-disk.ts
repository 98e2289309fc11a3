import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '#ports/engine.ts';
import type { KeptMachine } from '#ports/kept-machines.ts';
import { loadCompression } from '#storage/index.ts';
import { FolderMachines } from '#storage/machines/folder-machines.ts';
import type { FaultyStore } from '../domain/support/faulty-store.ts';
import { MemoryFolders } from '../support/memory-folders.ts';
import { concatBytes } from '#domain/bytes/index.ts';
import {
  shell,
  startMachine,
  waitUntil,
  type BootedMachines,
  type EngineUnderTest,
  type Machine,
} from './engine-support.ts';

const FOLDER = 'machine-m';
const MIB = 1024 * 1024;

/** What every engine does with a disk that is kept on the device. */
export function diskContract(name: string, test: EngineUnderTest, booted: BootedMachines): void {
  describe(`${name}, a disk that is kept`, () => {
    const started: Session[] = [];
    const folders = new MemoryFolders();
    let kept: KeptMachine;
    let machine: Machine;

    const open = async (files: MemoryFolders): Promise<KeptMachine> => {
      const { size: bytes } = await test.openDisk();
      return new FolderMachines(files, loadCompression).open('m', { bytes, base: 'base' });
    };

    const start = async (starting: Promise<Machine>): Promise<Machine> => {
      const begun = await starting;
      started.push(begun.session);
      await begun.session.ready();
      return begun;
    };

    /** A machine that boots from what a power cut leaves now. */
    const afterPowerCut = async (): Promise<Machine> => {
      const left: FaultyStore = folders.store(FOLDER).clone();
      left.crash('nothing');
      const { disk: overlay } = await open(new MemoryFolders(new Map([[FOLDER, left]])));
      return start(startMachine(test, { overlay }));
    };

    beforeAll(async () => {
      kept = await open(folders);
      machine = await start(booted.start({ overlay: kept.disk }));
    });
    afterAll(async () => {
      for (const session of started) await session.stop();
    });

    it('tells the guest that it has a cache to flush', async () => {
      expect(await shell(machine.session, 'cat /sys/block/sda/queue/write_cache')).toBe('write back');
    });

    it('has on the device what the guest has synced, from the moment that it returns', async () => {
      await shell(machine.session, 'echo synced > /root/one; sync');
      const { session } = await afterPowerCut();
      expect(await shell(session, 'cat /root/one')).toBe('synced');
      await session.stop();
    });

    it('goes on from a state and its own content', async () => {
      await shell(machine.session, 'echo on the disk > /root/two; sync; echo 3 > /proc/sys/vm/drop_caches');
      await machine.session.pause();
      const state = concatBytes(await machine.session.save());
      const { version } = kept.disk;
      await machine.session.stop();
      machine = await start(startMachine(test, { overlay: kept.disk, state }));
      expect(await shell(machine.session, 'cat /root/one /root/two')).toBe('synced\non the disk');
      expect(kept.disk.version).toBeGreaterThanOrEqual(version);
    });

    it('without room holds the guest, which goes on when there is some and has lost nothing', async () => {
      const store = folders.store(FOLDER);
      store.quota = store.bytes + 2 * MIB;
      const writing = shell(
        machine.session,
        'head -c 8000000 /dev/urandom > /root/large; sync; sha256sum < /root/large',
      );
      await waitUntil(() => machine.events.some(({ type }) => type === 'waiting'));
      const waiting = machine.events.findLast((event) => event.type === 'waiting');
      expect(waiting).toMatchObject({ error: { code: 'storage/full' } });
      const { session } = await afterPowerCut();
      expect(await shell(session, 'cat /root/one')).toBe('synced');
      await session.stop();
      store.quota = Infinity;
      machine.session.retry();
      const sum = await writing;
      expect(await shell(machine.session, 'echo 3 > /proc/sys/vm/drop_caches; sha256sum < /root/large')).toBe(sum);
      const lines = machine.events.flatMap((event) => (event.type === 'log' ? [event.line] : []));
      expect(lines.filter((line) => /I\/O error|EXT4-fs error|lost interrupt/i.test(line))).toEqual([]);
    });
  });
}
