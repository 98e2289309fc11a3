import { describe, expect, it } from 'vitest';
import { layerOf, MAY_IMPORT, OWNERS, resolveImport } from './layers.ts';
import { codeFiles, importsOf, type SourceFile } from './source-files.ts';

const files = codeFiles();
const fenced = files.filter(({ path }) => layerOf(path) !== undefined);

/** One line for each import that `isWrong` objects to. */
function offences(of: readonly SourceFile[], isWrong: (file: SourceFile, specifier: string) => boolean): string[] {
  return of.flatMap((file) =>
    importsOf(file)
      .filter((specifier) => isWrong(file, specifier))
      .map((specifier) => `${file.path} imports ${specifier}`),
  );
}

describe('imports', () => {
  it('are found in the code at all', () => {
    expect(fenced.flatMap(importsOf).length).toBeGreaterThan(20);
  });

  it('point one way: domain ← ports ← rpc, storage, engines, gateway, ui ← app, sw, workers, publishing ← cli, images', () => {
    const wrong = offences(fenced, (file, specifier) => {
      const [from, to] = [layerOf(file.path) ?? '', layerOf(resolveImport(file, specifier) ?? '')];
      return to !== undefined && to !== from && MAY_IMPORT[from]?.includes(to) !== true;
    });
    expect(wrong).toEqual([]);
  });

  it('of src never lead to files outside of it', () => {
    const inside = fenced.filter(({ path }) => path.startsWith('src/'));
    const wrong = offences(inside, (file, specifier) => {
      const target = resolveImport(file, specifier);
      return target !== undefined && !/^(?:src|workers|build\/firmware)\//.test(target);
    });
    expect(wrong).toEqual([]);
  });

  it('of another folder of src are written with #', () => {
    const wrong = offences(fenced, (file, specifier) => {
      const target = resolveImport(file, specifier);
      return specifier.startsWith('.') && target?.startsWith('src/') === true && layerOf(target) !== layerOf(file.path);
    });
    expect(wrong).toEqual([]);
  });

  it('name the file, with its extension', () => {
    const wrong = offences(files, (_, specifier) => /^[.#]/.test(specifier) && !/\.\w+(?:\?\w+)?$/.test(specifier));
    expect(wrong).toEqual([]);
  });

  it('of a package stand where its owner is', () => {
    const product = files.filter(({ path }) => !path.startsWith('test/'));
    const wrong = offences(product, ({ path }, specifier) => {
      const owners = OWNERS.find(([name]) => name.test(specifier))?.[1];
      return owners !== undefined && !owners.some((owner) => path === owner || path.startsWith(`${owner}/`));
    });
    expect(wrong).toEqual([]);
  });

  it('of the domain are itself and small pure packages', () => {
    const domain = files.filter(({ path }) => path.startsWith('src/domain/'));
    const wrong = offences(domain, (file, specifier) => {
      return resolveImport(file, specifier) === undefined && !/^(?:valibot$|@noble\/hashes\/)/.test(specifier);
    });
    expect(wrong).toEqual([]);
  });
});
