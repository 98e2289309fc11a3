import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectNamed, readRelease } from '../../cli/portolan/release-file.ts';
import { failureOf } from '../support/failure.ts';
import { temporaryFolder } from '../publishing/support/sample.ts';
import { IN_RELEASE, KEYRING, RELEASE, RELEASE_GPG } from './support/signed-release.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
const base64 = (text: string): Buffer => Buffer.from(text, 'base64');

beforeEach(async () => {
  folder = await temporaryFolder();
  await writeFile(at('keys.gpg'), base64(KEYRING));
  await writeFile(at('Packages'), 'a b');
});
afterEach(() => rm(folder, { recursive: true }));

describe('an archive’s release', () => {
  it.each([
    ['with its signature in it', { InRelease: IN_RELEASE }],
    ['with its signature beside it', { Release: RELEASE, 'Release.gpg': base64(RELEASE_GPG) }],
  ])('%s is trusted by its key, and names its lists', async (_, files) => {
    for (const [name, content] of Object.entries(files)) await writeFile(at(name), content);
    const release = await readRelease(at(Object.keys(files)[0] ?? ''), at('keys.gpg'));
    expect(release.doubt).toBeUndefined();
    await expectNamed(at('Packages'), [release]);
    await writeFile(at('Packages'), 'a c');
    await expect(expectNamed(at('Packages'), [release])).rejects.toThrow('is not what');
  });

  it('that somebody has changed is refused; what stands around it counts for nothing', async () => {
    await writeFile(at('InRelease'), IN_RELEASE.replace('Origin: Isle', 'Origin: Aisle'));
    await expect(readRelease(at('InRelease'), at('keys.gpg'))).rejects.toThrow('is not signed with a key of');
    const other = '0'.repeat(64);
    await writeFile(at('InRelease'), `${IN_RELEASE}\nSHA256:\n ${other} 3 main/Packages\n`);
    const { sums } = await readRelease(at('InRelease'), at('keys.gpg'));
    expect([sums.size, sums.has(other)]).toEqual([1, false]);
  });

  it('that cannot be checked says why, and names its lists all the same', async () => {
    await writeFile(at('InRelease'), IN_RELEASE);
    await writeFile(at('Release'), RELEASE);
    const keyless = await readRelease(at('InRelease'), at('none.gpg'));
    expect(keyless.doubt).toBe(`there is no ${at('none.gpg')}`);
    const unsigned = await readRelease(at('Release'), at('keys.gpg'));
    expect(unsigned.doubt).toBe('it is not signed');
    for (const release of [keyless, unsigned]) await expectNamed(at('Packages'), [release]);
  });

  it('without a list of sums is none', async () => {
    await writeFile(at('Release'), 'Origin: Isle\n');
    expect(await failureOf(readRelease(at('Release'), at('keys.gpg')))).toMatchObject({ code: 'format/invalid' });
  });
});
