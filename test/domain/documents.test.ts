import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bindingToAnnotations,
  blobPath,
  CatalogSchema,
  MachineConfigSchema,
  MEDIA_TYPES,
  parseJson,
  readManifest,
  snapshotMisfits,
  TraceSchema,
  type SnapshotBinding,
} from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import { CATALOG, CONFIG, descriptor, MANIFEST } from '../support/documents.ts';
import { failureOf } from '../support/failure.ts';

type Path = readonly (string | number)[];

/** `document` with the value at `path` replaced; undefined takes it away. */
function changed(document: unknown, path: Path, value: unknown): string {
  const copy: unknown = structuredClone(document);
  let at: unknown = copy;
  for (const key of path.slice(0, -1)) at = Reflect.get(Object(at), key);
  Reflect.set(Object(at), path.at(-1) ?? '', value);
  return JSON.stringify(copy);
}

describe('a manifest', () => {
  it('gives the parts of a container by role', () => {
    const parts = readManifest(JSON.stringify(MANIFEST));
    expect(parts.disk).toMatchObject({
      blob: { mediaType: MEDIA_TYPES.disk },
      chunks: { mediaType: MEDIA_TYPES.chunks },
    });
    expect(parts.kernel?.mediaType).toBe(MEDIA_TYPES.kernel);
    expect(parts.snapshots).toHaveLength(2);
    expect(parts.snapshots[1]?.blob.annotations).toEqual({ which: 'second' });
    expect(parts.trace?.mediaType).toBe(MEDIA_TYPES.trace);
    expect(parts.initrd).toBeUndefined();
  });

  it('takes as a disk only what its chunk list follows', async () => {
    const [disk, chunks, ...others] = MANIFEST.layers;
    const text = changed(MANIFEST, ['layers'], [disk, ...others, chunks]);
    expect(await failureOf(() => readManifest(text))).toEqual({
      code: 'format/invalid',
      data: { what: 'The container’s manifest', detail: 'it has no disk' },
    });
  });

  it.each<[string, Path, unknown]>([
    ['of another schema version', ['schemaVersion'], 1],
    ['of an ordinary image', ['artifactType'], 'application/vnd.oci.image.config.v1+json'],
    ['whose layers are no list', ['layers'], { 0: 'a' }],
    ['without a config', ['config'], undefined],
    ['whose digest is of another algorithm', ['layers', 0, 'digest'], `sha512:${'0'.repeat(64)}`],
    ['whose digest is in upper case', ['layers', 0, 'digest'], `sha256:${'A'.repeat(64)}`],
    ['whose digest is a path', ['layers', 0, 'digest'], `sha256:../../${'0'.repeat(58)}`],
    ['whose digest ends in a line feed', ['layers', 0, 'digest'], `sha256:${'0'.repeat(64)}\n`],
    ['whose size is negative', ['layers', 1, 'size'], -1],
    ['whose size is no whole number', ['layers', 1, 'size'], 0.5],
    ['whose size is a string', ['layers', 1, 'size'], '12'],
    ['whose size is more than a number can count', ['layers', 1, 'size'], 2 ** 53],
    ['whose annotation is an object', ['config', 'annotations'], { a: {} }],
  ])('%s is refused with the place of the fault', async (_, path, value) => {
    const { code, data } = await failureOf(() => readManifest(changed(MANIFEST, path, value)));
    expect(code).toBe('format/invalid');
    expect(data['detail']).toMatch(new RegExp(`^${path.join('\\.')}`));
  });
});

describe('a machine’s config', () => {
  const parse = (text: string): unknown => parseJson(MachineConfigSchema, text, 'The machine’s config');

  it('is read', () => {
    expect(parse(JSON.stringify(CONFIG))).toEqual(CONFIG);
  });

  it.each<[string, Path, unknown]>([
    ['too little memory to boot', ['memory'], 1024],
    ['an engine that nobody knows', ['engines', 0], 'qemu'],
    ['a port of zero', ['ports', 0], 0],
    ['a port beyond the last', ['ports', 0], 65_536],
    ['a disk of unknown size', ['diskSize'], null],
    ['a command line that is a list', ['kernelCommandLine'], ['root=/dev/sda']],
    ['a package without licences', ['packages', 0, 'licences'], undefined],
  ])('with %s is refused with the place of the fault', async (_, path, value) => {
    const { code, data } = await failureOf(() => parse(changed(CONFIG, path, value)));
    expect(code).toBe('format/invalid');
    expect(data['detail']).toMatch(new RegExp(`^${path.join('\\.')}`));
  });
});

describe('a catalog', () => {
  const parse = (text: string): unknown => parseJson(CatalogSchema, text, 'The catalog');

  it('is read, without what it does not have to say', () => {
    expect(parse(changed(CATALOG, ['entries', 0, 'stray'], 1))).toEqual(CATALOG);
  });

  it.each(['', '../base', '/base', 'Base', '-base', 'a b', 'a\u0000', 'a\n', '__proto__', 'x'.repeat(65)])(
    'with the id %j is refused',
    async (id) => {
      const failure = await failureOf(() => parse(changed(CATALOG, ['entries', 0, 'id'], id)));
      expect(failure).toMatchObject({ code: 'format/invalid', data: { detail: 'entries.0.id: not an id' } });
    },
  );

  it('with a text that would fill the screen is refused', async () => {
    const failure = await failureOf(() => parse(changed(CATALOG, ['entries', 0, 'title'], 'x'.repeat(201))));
    expect(failure.data['detail']).toMatch(/^entries\.0\.title: /);
  });

  it('cannot reach the prototypes of objects', () => {
    const hostile = JSON.stringify(CATALOG).replace(
      '{',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},',
    );
    expect(parse(hostile)).toEqual(CATALOG);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('any document', () => {
  const schemas = [CatalogSchema, MachineConfigSchema, TraceSchema];

  it.each(['', 'not json', '{"schemaVersion":1', '\u0000', '<!doctype html><title>404</title>'])(
    'that is not JSON, such as %j, is refused',
    async (text) => {
      const failure = await failureOf(() => parseJson(CatalogSchema, text, 'The catalog'));
      expect(failure).toEqual({ code: 'format/invalid', data: { what: 'The catalog', detail: 'it is not JSON' } });
    },
  );

  it('made of any JSON is read or refused with a code', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(...schemas), (text, schema) => {
        try {
          expect(parseJson(schema, text, 'The document')).toBeTypeOf('object');
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect(error).toMatchObject({ code: 'format/invalid' });
        }
      }),
    );
  });

  it('of chunk numbers holds whole numbers only', async () => {
    const trace = (chunks: unknown): string => JSON.stringify({ schemaVersion: 1, chunks });
    expect(parseJson(TraceSchema, trace([3, 1, 2]), 'The trace').chunks).toEqual([3, 1, 2]);
    for (const chunks of [[-1], [0.5], ['1'], [null], { length: 1 }]) {
      expect(await failureOf(() => parseJson(TraceSchema, trace(chunks), 'The trace'))).toMatchObject({
        code: 'format/invalid',
      });
    }
  });
});

describe('a snapshot', () => {
  const machine: SnapshotBinding = {
    engine: 'v86',
    engineVersion: '1',
    memory: 256,
    disk: descriptor('a', 'disk').digest,
  };
  const bound = (binding: SnapshotBinding): ReturnType<typeof descriptor> => ({
    ...descriptor(MEDIA_TYPES.snapshot, 'snapshot'),
    annotations: bindingToAnnotations(binding),
  });

  it('fits the machine that it was made for', () => {
    expect(snapshotMisfits(bound(machine), machine)).toEqual([]);
  });

  it.each([
    ['engine', { engine: 'cheerpx' }],
    ['engineVersion', { engineVersion: '2' }],
    ['memory', { memory: 512 }],
    ['disk', { disk: descriptor('a', 'another disk').digest }],
  ])('does not fit a machine with another %s, and says so', (name, other) => {
    expect(snapshotMisfits(bound({ ...machine, ...other }), machine)).toEqual([name]);
  });

  it('that says nothing of itself fits nowhere', () => {
    const all = ['engine', 'engineVersion', 'memory', 'disk'];
    expect(snapshotMisfits(descriptor(MEDIA_TYPES.snapshot, 'snapshot'), machine)).toEqual(all);
  });
});

it('a blob lies where the OCI image layout puts it', () => {
  const { digest } = descriptor('a', 'content');
  expect(blobPath(digest)).toBe(`blobs/sha256/${digest.slice(7)}`);
});
