/**
 * apt's `/var/lib/apt/extended_states` (apt-mark(8)): which packages were installed only because others need them. apt names the
 * machine's own architecture for those of `all`, too.
 */
interface Marked {
  readonly name: string;
  readonly architecture: string;
}

/** The packages that are marked as automatically installed, as `name:architecture`. Stanzas of another form count as not there. */
export function parseExtendedStates(text: string): ReadonlySet<string> {
  const marked = stanzasOf(text).filter((stanza) => fieldOf(stanza, 'Auto-Installed') === '1');
  return new Set(marked.flatMap((stanza) => keyOf(stanza) ?? []));
}

/**
 * The file with packages marked as automatically installed, or no longer; what it says of others stays.
 * @param text empty where there is no file yet
 */
export function withAutomatic(text: string, packages: readonly Marked[], isAutomatic: boolean): string {
  const named = new Set(packages.map(({ name, architecture }) => `${name}:${architecture}`));
  const others = stanzasOf(text).filter((stanza) => !named.has(keyOf(stanza) ?? ''));
  const added = packages.map(
    ({ name, architecture }) => `Package: ${name}\nArchitecture: ${architecture}\nAuto-Installed: 1`,
  );
  return [...others, ...(isAutomatic ? new Set(added) : [])].map((stanza) => `${stanza}\n\n`).join('');
}

function stanzasOf(text: string): string[] {
  const stanzas = text.split(/\n[ \t]*\n/).map((stanza) => stanza.replaceAll(/^\n+|\s+$/g, ''));
  return stanzas.filter((stanza) => stanza !== '');
}

function keyOf(stanza: string): string | undefined {
  const [name, architecture] = [fieldOf(stanza, 'Package'), fieldOf(stanza, 'Architecture')];
  return name === undefined || architecture === undefined ? undefined : `${name}:${architecture}`;
}

function fieldOf(stanza: string, field: string): string | undefined {
  return new RegExp(`^${field}:[ \\t]*(.*?)[ \\t]*$`, 'im').exec(stanza)?.[1];
}
