import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lostOptions } from '../../images/build/kernel.ts';
import { parseLicences, parseStatus } from '../../images/build/package-list.ts';
import { base, web } from '../../images/recipes/index.ts';

const ROOTFS = join(import.meta.dirname, '../../images/rootfs');

test.each([base, web])('each service of $id has a program, starts by itself, and is in the recipe', async (recipe) => {
  const names = await Promise.all(
    recipe.files.map(async (folder) => {
      const started = await readdir(join(ROOTFS, folder, 'etc/runit/runsvdir/default'));
      for (const name of started) expect(existsSync(join(ROOTFS, folder, 'etc/sv', name, 'run')), name).toBe(true);
      return started;
    }),
  );
  expect(names.flat().toSorted()).toEqual(recipe.services.map(({ name }) => name).toSorted());
});

test('boots from the disk and says so on the first serial port', () => {
  expect(base.kernelCommandLine).toContain('root=/dev/sda rw');
  expect(base.kernelCommandLine).toContain('console=ttyS0');
});

test('says that it is ready in exactly the words that the engine waits for', async () => {
  const script = await readFile(join(ROOTFS, 'base/usr/lib/portolan/first-prompt'), 'utf8');
  expect(script).toContain("echo 'portolan: ready' > /dev/ttyS0");
});

test('reports kernel options that kconfig dropped', () => {
  const wanted = '# comment\nCONFIG_A=y\nCONFIG_B=y\n# CONFIG_C is not set\n# CONFIG_D is not set\n';
  expect(lostOptions(wanted, '\nCONFIG_A=y\nCONFIG_C=y\n')).toEqual(['CONFIG_B=y', '# CONFIG_C is not set']);
});

test('lists packages of a dpkg status file by name', () => {
  const status = 'Package: zlib1g\nStatus: install ok installed\nVersion: 1:1.2\n\nPackage: apt\nVersion: 2.6.1\n';
  expect(parseStatus(status)).toEqual([
    { name: 'apt', version: '2.6.1' },
    { name: 'zlib1g', version: '1:1.2' },
  ]);
});

test('finds licences in both kinds of copyright file', () => {
  expect(parseLicences('Files: *\nLicense: GPL-2+\n text\n\nFiles: b\nLicense: Expat\n')).toEqual(['Expat', 'GPL-2+']);
  expect(parseLicences('see /usr/share/common-licenses/LGPL-2.1. Also `/usr/share/common-licenses/GPL-3`.')).toEqual([
    'GPL-3',
    'LGPL-2.1',
  ]);
});
