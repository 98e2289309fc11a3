import type { Stanza } from '../deb822/index.ts';

/** A configuration file of a package (Policy 10.7). */
export interface Conffile {
  /** Absolute. */
  readonly path: string;
  /** MD5 in hex; undefined as long as the package is not configured. */
  readonly md5: string | undefined;
}

/** Fields in the order in which dpkg writes them; all others come after, as they are in the package. */
const ORDER = [
  'Package',
  'Essential',
  'Protected',
  'Status',
  'Priority',
  'Section',
  'Installed-Size',
  'Origin',
  'Maintainer',
  'Bugs',
  'Architecture',
  'Multi-Arch',
  'Source',
  'Version',
  'Config-Version',
  'Replaces',
  'Provides',
  'Depends',
  'Pre-Depends',
  'Recommends',
  'Suggests',
  'Breaks',
  'Conflicts',
  'Enhances',
  'Conffiles',
  'Description',
];
/** What an older dpkg does not keep. */
const NOT_KEPT = new Set(['Filename', 'Size', 'MD5sum']);

/**
 * What dpkg's status file says of a package that has been put on a machine.
 * @param control the package's own control file
 * @param state `unpacked`: its scripts are still to be run
 * @returns a stanza with an empty line after it
 */
export function renderStatus(
  control: Stanza,
  state: 'unpacked' | 'installed',
  conffiles: readonly Conffile[] = [],
): string {
  const fields = fieldsOf(control);
  fields.set('Status', ` install ok ${state}`);
  if (conffiles.length > 0)
    fields.set('Conffiles', conffiles.map(({ path, md5 }) => `\n ${path} ${md5 ?? 'newconffile'}`).join(''));
  const known = ORDER.filter((name) => fields.has(name));
  const others = [...fields.keys()].filter((name) => !ORDER.includes(name) && !NOT_KEPT.has(name));
  return `${[...known, ...others].map((name) => `${name}:${fields.get(name)}`).join('\n')}\n\n`;
}

/** Values with the blank before them and their further lines; names as dpkg writes those that it knows. */
function fieldsOf({ text }: Stanza): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/^([^\s:]+):([^\n]*(?:\n[ \t][^\n]*)*)/gm)) {
    const known = ORDER.find((each) => each.toLowerCase() === name.toLowerCase());
    // Blanks as C has them; those at the end of a line that is not the last one stay.
    const kept = value.replace(/^[ \t\v\f\r]+/, '').replace(/[ \t\n\v\f\r]+$/, '');
    if (kept !== '') fields.set(known ?? name, ` ${kept}`);
  }
  return fields;
}
