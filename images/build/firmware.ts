import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageDir, type Pin } from './packages.ts';
import { runCommand } from './run-command.ts';

/** Files of Debian's package seabios that v86 runs on (LGPL-3), by our names: the 128 KiB build of the BIOS, and the VGA BIOS. */
const FILES = { 'bios.bin': 'bios.bin', 'vgabios.bin': 'vgabios-stdvga.bin' };

/** Puts the firmware into a folder. @throws BuildError */
export async function unpackFirmware(pin: Pin, dir: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'portolan-'));
  try {
    await runCommand(['dpkg-deb', '-x', join(packageDir(), pin.file), work]);
    await mkdir(dir, { recursive: true });
    for (const [name, file] of Object.entries(FILES))
      await copyFile(join(work, 'usr/share/seabios', file), join(dir, name));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
