import { EXTENSIONS, pack, type Packing } from './packing.ts';
import { tarOf, type TarForm, type WrittenEntry } from './tar-writer.ts';

export interface Member {
  readonly name: string;
  readonly content: Uint8Array | string;
}

/** An ar archive. */
export function arOf(members: readonly Member[]): Uint8Array {
  return Buffer.concat([Buffer.from('!<arch>\n'), ...members.flatMap(arMember)]);
}

export function arHead(name: string, size: number): Uint8Array {
  const fields = [name.padEnd(16), '1700000000'.padEnd(12), '0'.padEnd(6), '0'.padEnd(6), '100644'.padEnd(8)];
  return Buffer.from(`${fields.join('')}${String(size).padEnd(10)}\`\n`);
}

function arMember({ name, content }: Member): Uint8Array[] {
  const bytes = Buffer.from(content);
  return [arHead(name, bytes.length), bytes, Buffer.from(bytes.length % 2 === 1 ? '\n' : '')];
}

export interface WrittenDeb {
  readonly packing?: Packing;
  readonly form?: TarForm;
  readonly control?: readonly WrittenEntry[];
}

export const CONTROL: readonly WrittenEntry[] = [
  { name: './', type: 'folder', mode: 0o755 },
  { name: './control', content: Buffer.from('Package: charts\nVersion: 1\n') },
];

/** The members of a package that holds these entries. */
export function debMembers(entries: readonly WrittenEntry[], options: WrittenDeb = {}): Member[] {
  const { packing = 'none', form = 'gnu', control = CONTROL } = options;
  return [
    { name: 'debian-binary', content: '2.0\n' },
    { name: `control.tar${EXTENSIONS[packing]}`, content: pack(tarOf(control, form), packing) },
    { name: `data.tar${EXTENSIONS[packing]}`, content: pack(tarOf(entries, form), packing) },
  ];
}

export function debOf(entries: readonly WrittenEntry[], options: WrittenDeb = {}): Uint8Array {
  return arOf(debMembers(entries, options));
}
