import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MachineConfig } from '#domain/container/index.ts';
import { runCommand } from './run-command.ts';

type PackageEntry = MachineConfig['packages'][number];

/**
 * The packages in a root file system, with the licences that their copyright files name.
 * @param rootfsTar tar archive of a Debian system
 */
export async function listPackages(rootfsTar: string): Promise<PackageEntry[]> {
  const dir = await mkdtemp(join(tmpdir(), 'portolan-'));
  try {
    const members = ['--wildcards', './var/lib/dpkg/status', './usr/share/doc/*'];
    await runCommand(['tar', '-xf', rootfsTar, '-C', dir, '--no-same-owner', ...members]);
    const installed = parseStatus(await readFile(join(dir, 'var/lib/dpkg/status'), 'utf8'));
    return await Promise.all(installed.map(async (each) => ({ ...each, licences: await licencesOf(dir, each.name) })));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function licencesOf(root: string, name: string): Promise<string[]> {
  const path = join(root, 'usr/share/doc', name, 'copyright');
  return existsSync(path) ? parseLicences(await readFile(path, 'utf8')) : [];
}

/** Names and versions in dpkg's status file (deb-control format), in order of name. */
export function parseStatus(text: string): Pick<PackageEntry, 'name' | 'version'>[] {
  return text
    .split(/\n\n+/)
    .flatMap((entry) => {
      const name = /^Package: (?<value>\S+)$/m.exec(entry)?.groups?.['value'];
      const version = /^Version: (?<value>\S+)$/m.exec(entry)?.groups?.['value'];
      return name && version ? [{ name, version }] : [];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The licences that a Debian copyright file names: its `License:` fields, or, in files older than that format,
 * the common licences that it points to.
 */
export function parseLicences(text: string): string[] {
  const fields = [...text.matchAll(/^License: *(?<name>\S[^\n]*)$/gm)].map(
    ({ groups = {} }) => groups['name']?.trim() ?? '',
  );
  const links = [...text.matchAll(/common-licenses\/(?<name>[A-Za-z]+(?:-[\d.]*\d)?)/g)].map(
    ({ groups = {} }) => groups['name'] ?? '',
  );
  return [...new Set(fields.length > 0 ? fields : links)].sort();
}
