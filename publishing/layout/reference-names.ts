import { digestHex, type CatalogEntry } from '#domain/container/index.ts';

type Named = Pick<CatalogEntry, 'id' | 'version' | 'manifest'>;

/** `id-version` of each entry, made to fit the grammar of OCI reference names, and to be different from the others. */
export function referenceNames(entries: readonly Named[]): readonly string[] {
  const names = entries.map(({ id, version }) => fit(`${id}-${version}`));
  return entries.map(({ manifest }, i) => {
    const name = names[i] ?? '';
    return names.indexOf(name) === i ? name : `${name}-${digestHex(manifest.digest).slice(0, 12)}`;
  });
}

/** Letters and digits with single separators between them; the grammar has more than these, but tools cut at `:` and `@`. */
function fit(text: string): string {
  return text
    .replaceAll(/[^A-Za-z0-9._+-]+/g, '-')
    .replaceAll(/(?<=[._+-])[._+-]+/g, '')
    .replaceAll(/^[._+-]|[._+-]$/g, '');
}
