import { describe, expect, it } from 'vitest';
import type { PlannedPackage } from '#domain/packages/index.ts';
import type { RunOptions } from '#ports/portolan.ts';
import { markAutomatic } from '../../src/app/packages/mark-automatic.ts';
import { failureOf } from '../support/failure.ts';

const BEFORE = 'Package: libz\nArchitecture: i386\nAuto-Installed: 1\n\n';
const planned = (name: string, changes: Partial<PlannedPackage>): PlannedPackage => ({
  name,
  version: '1',
  architecture: 'i386',
  isWanted: false,
  file: { bytes: 1 },
  installedBytes: 1,
  ...changes,
});

/** Runs it on a machine with one such file. @returns what it writes; undefined for nothing */
async function mark(packages: readonly PlannedPackage[], status = 0): Promise<string | undefined> {
  let written: string | undefined;
  const exec = async (_: readonly string[], { stdin }: RunOptions = {}) => {
    if (typeof stdin === 'string') written = stdin;
    return { status, stdout: `i386\n${BEFORE}`, stderr: 'full' };
  };
  await markAutomatic({ exec }, { packages });
  return written;
}

describe('what an installation tells apt', () => {
  it('is which packages have come only for others', async () => {
    const needed = [
      planned('nginx-common', { architecture: 'all' }),
      planned('libc6:amd64', { architecture: 'amd64' }),
    ];
    expect(await mark([planned('nginx', { isWanted: true }), ...needed])).toBe(
      `${BEFORE}Package: nginx-common\nArchitecture: i386\nAuto-Installed: 1\n\nPackage: libc6\nArchitecture: amd64\nAuto-Installed: 1\n\n`,
    );
  });

  it('is what somebody wants now that was there for others; what is upgraded for others stays what it was', async () => {
    expect(await mark([planned('libz', { isWanted: true, replaces: '0' }), planned('bash', { replaces: '0' })])).toBe(
      '',
    );
    expect(await mark([planned('bash', { replaces: '0' })])).toBeUndefined();
  });

  it('fails with the reason when it cannot be written', async () => {
    expect(await failureOf(mark([planned('libx', {})], 1))).toMatchObject({
      code: 'packages/failed',
      data: { detail: 'full' },
    });
  });
});
