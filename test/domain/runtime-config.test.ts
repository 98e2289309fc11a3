import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CHUNK_BYTES,
  MEDIA_TYPES,
  nextOffset,
  parseJson,
  parseValue,
  readArtifact,
  readManifest,
  RuntimeConfigSchema,
  type RuntimeConfig,
} from '#domain/container/index.ts';
import { descriptor, MANIFEST, RUNTIME_CONFIG } from '../support/documents.ts';
import { failureOf } from '../support/failure.ts';

const SHA256 = descriptor(MEDIA_TYPES.packages, 'a package').digest;

/** Sizes of what comes beside a package. */
interface Beside {
  readonly effects?: number;
  readonly files?: number;
}

/** A config whose packages, and perhaps template, have these sizes, laid out as publishers do. */
function configOf(sizes: readonly number[], withTemplate: boolean, besides: readonly Beside[] = []): RuntimeConfig {
  let end = 0;
  const pieces = sizes.map((size) => {
    const offset = nextOffset(end);
    end = offset + size;
    return { offset, size, sha256: SHA256 };
  });
  end = nextOffset(end);
  const packages = pieces.map((piece, i) => {
    const { effects, files } = besides[i] ?? {};
    const append = (size: number) => ({ offset: (end += size) - size, size, sha256: SHA256 });
    return {
      name: `p${i}`,
      version: '1',
      stanza: `Package: p${i}\n`,
      ...piece,
      ...(effects && { effects: append(effects) }),
      ...(files && { files: append(files) }),
    };
  });
  const template = { folder: '/srv/app', offset: nextOffset(end), size: 5, sha256: SHA256 };
  return {
    ...RUNTIME_CONFIG,
    wanted: ['p0'],
    packages,
    contentSize: nextOffset(withTemplate ? template.offset + template.size : end),
    ...(withTemplate && { template }),
  };
}

const sizes = fc.array(fc.integer({ min: 1, max: 5 * CHUNK_BYTES }), { minLength: 1, maxLength: 8 });
const size = fc.integer({ min: 1, max: CHUNK_BYTES });
const besides = fc.array(fc.record({ effects: size, files: size }, { requiredKeys: [] }), { maxLength: 3 });
const configs = fc
  .record({ sizes, withTemplate: fc.boolean(), besides })
  .map((from) => configOf(from.sizes, from.withTemplate, from.besides));
const parse = (config: unknown): RuntimeConfig => parseValue(RuntimeConfigSchema, config, 'The runtime’s config');

describe('a runtime’s config', () => {
  it('is what was written, whatever its packages are', () => {
    fc.assert(
      fc.property(configs, (config) => {
        expect(parseJson(RuntimeConfigSchema, JSON.stringify(config), 'It')).toEqual(config);
        for (const { offset } of config.packages) expect(offset % CHUNK_BYTES).toBe(0);
      }),
    );
  });

  it('is one for who knows nothing of lists of files: what they know lies apart, too', () => {
    fc.assert(
      fc.property(configs, ({ packages, ...config }) => {
        const known = { ...config, packages: packages.map((each) => ({ ...each, files: undefined })) };
        expect(parse(known)).toEqual(known);
      }),
    );
  });

  it('whose lists overlap with what is beside them is refused', async () => {
    const config = configOf([5], false, [{ effects: 7, files: 9 }]);
    const packages = config.packages.map(({ files, ...each }) => ({
      ...each,
      files: files && { ...files, offset: files.offset - 1 },
    }));
    expect((await failureOf(() => parse({ ...config, packages }))).code).toBe('format/invalid');
  });

  it('whose pieces overlap, are beyond the end, or begin within a chunk is refused', async () => {
    const change = fc.record({ at: fc.nat(), name: fc.constantFrom('overlap', 'beyond', 'within', 'swapped') });
    await fc.assert(
      fc.asyncProperty(configs, change, async (config, { at, name }) => {
        const { packages, template } = config;
        const i = at % packages.length;
        const [first = template] = packages.flatMap(({ effects, files }) => effects ?? files ?? []);
        const end = (first ?? { offset: config.contentSize }).offset;
        const next = packages[i + 1]?.offset ?? end;
        const sizes = { overlap: next + 1 - (packages[i]?.offset ?? 0), beyond: config.contentSize + 1 };
        const wrong = packages.map((each, j) => {
          if (j !== i) return each;
          if (name === 'within') return { ...each, offset: each.offset + 1 };
          return name === 'swapped' ? each : { ...each, size: sizes[name === 'overlap' ? 'overlap' : 'beyond'] };
        });
        if (name === 'swapped' && wrong.length < 2) return;
        const order = name === 'swapped' ? wrong.toReversed() : wrong;
        expect((await failureOf(() => parse({ ...config, packages: order }))).code).toBe('format/invalid');
      }),
    );
  });

  it.each<[string, Partial<RuntimeConfig> | object]>([
    ['without what is wanted', { wanted: ['p9'] }],
    ['that wants nothing', { wanted: [] }],
    ['with a package twice', { packages: [1, 2].flatMap(() => configOf([1], false).packages) }],
    ['with a package’s name that is a path', { packages: [{ ...configOf([1], false).packages[0], name: '../p0' }] }],
    [
      'whose template goes into a folder of the system',
      { template: { ...configOf([1], true).template, folder: '/etc/x' } },
    ],
    ['whose template goes out of its folder', { template: { ...configOf([1], true).template, folder: '/srv/../etc' } }],
    ['with a service that is a path', { services: [{ ...RUNTIME_CONFIG.services[0], name: '../sshd' }] }],
    [
      'with a variable whose name is a command',
      { services: [{ ...RUNTIME_CONFIG.services[0], environment: { 'a;b': '' } }] },
    ],
    ['with a port that there is not', { services: [{ ...RUNTIME_CONFIG.services[0], ports: [65_536] }] }],
  ])('%s is refused', async (_, change) => {
    const failure = await failureOf(() => parse({ ...configOf([1], true), ...change }));
    expect(failure.code).toBe('format/invalid');
  });

  it('is refused with a code, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        expect((await failureOf(() => parseJson(RuntimeConfigSchema, text, 'It'))).code).toBe('format/invalid');
      }),
    );
  });
});

describe('a runtime’s manifest', () => {
  const packages = descriptor(MEDIA_TYPES.packages, 'packages');
  const chunks = descriptor(MEDIA_TYPES.chunks, 'chunks');
  const manifest = {
    ...MANIFEST,
    artifactType: MEDIA_TYPES.runtime,
    config: descriptor(MEDIA_TYPES.runtimeConfig, 'config'),
    layers: [packages, chunks],
  };

  it('tells what it is', () => {
    expect(readArtifact(JSON.stringify(manifest))).toEqual({
      kind: 'runtime',
      parts: { config: manifest.config, packages: { blob: packages, chunks }, thumbnail: undefined },
    });
    expect(readArtifact(JSON.stringify(MANIFEST)).kind).toBe('container');
  });

  it('is no container’s, and has packages', async () => {
    expect(await failureOf(() => readManifest(JSON.stringify(manifest)))).toMatchObject({
      data: { detail: 'it is a runtime, not a container' },
    });
    const empty = JSON.stringify({ ...manifest, layers: [chunks, packages] });
    expect(await failureOf(() => readArtifact(empty))).toMatchObject({ data: { detail: 'it has no packages' } });
  });
});
