import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { trackedFiles } from './source-files.ts';

const Manifest = v.object({
  dependencies: v.record(v.string(), v.string()),
  devDependencies: v.record(v.string(), v.string()),
});
const Lock = v.object({ packages: v.record(v.string(), v.looseObject({ resolved: v.optional(v.string()) })) });

/** Hosts from which packages usually come, as patterns, so that this file does not name one either. */
const USUAL_HOSTS = [/\bregistry\.[a-z]+\.org\b/, /\b(?:deb|ftp|security|snapshot)\.(?:[a-z]+\.)*debian\.org\b/];

/** Hosts from which this machine takes its packages. */
function configuredHosts(): string[] {
  const npm = execFileSync('npm', ['config', 'get', 'registry'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const texts = [npm, ...aptSources()];
  const hosts = texts.flatMap((text) => [...text.matchAll(/https?:\/\/([^\s/:]+)/g)].map((match) => match[1] ?? ''));
  return [...new Set(hosts)].filter((host) => host.includes('.'));
}

function aptSources(): string[] {
  return ['/etc/apt/sources.list', ...aptSourceParts()].map(readIfThere);
}

function aptSourceParts(): string[] {
  try {
    return readdirSync('/etc/apt/sources.list.d').map((name) => `/etc/apt/sources.list.d/${name}`);
  } catch {
    return [];
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

describe('what the project is made of', () => {
  it('has exact versions in package.json', () => {
    const { dependencies, devDependencies } = v.parse(Manifest, JSON.parse(readFileSync('package.json', 'utf8')));
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  it('has no download addresses in package-lock.json', () => {
    const { packages } = v.parse(Lock, JSON.parse(readFileSync('package-lock.json', 'utf8')));
    expect(Object.keys(packages).filter((path) => packages[path]?.resolved !== undefined)).toEqual([]);
  });

  it('names no host from which packages come, in any file', () => {
    const hosts = configuredHosts();
    const naming = trackedFiles().filter(
      ({ text }) => hosts.some((host) => text.includes(host)) || USUAL_HOSTS.some((host) => host.test(text)),
    );
    expect(naming.map(({ path }) => path)).toEqual([]);
  });

  it('has no absolute path of one machine in any file', () => {
    const own = [`${process.cwd()}/`, ['', 'work', 'main'].join('/')];
    const naming = trackedFiles().filter(({ text }) => own.some((path) => text.includes(path)));
    expect(naming.map(({ path }) => path)).toEqual([]);
  });
});
