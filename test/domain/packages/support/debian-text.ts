import { parseIndex, parseStatus, type PackageIndex, type Status } from '#domain/packages/index.ts';

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Fields of a package as a test writes them: `a 1; Depends: b (>= 2), c`. The version is 1 and the architecture i386 unless it says so. */
function stanza(line: string, extra: string): string {
  const [head = '', ...fields] = line.split(';').map((part) => part.trim());
  const [name = '', version = '1'] = head.split(' ');
  const known = fields.map((field) => field.split(':')[0]);
  const more = known.includes('Architecture') ? [] : ['Architecture: i386'];
  return [`Package: ${name}`, ...(extra ? [extra] : []), `Version: ${version}`, ...more, ...fields, ''].join('\n');
}

/** An index of packages, one a line. */
export function index(...lines: readonly string[]): PackageIndex {
  return parseIndex(bytesOf(lines.map((line) => stanza(line, '')).join('\n')));
}

/** What a machine has, one package a line. */
export function status(...lines: readonly string[]): Status {
  const ofLine = (line: string): string => stanza(line, line.includes('Status:') ? '' : 'Status: install ok installed');
  return parseStatus(bytesOf(lines.map(ofLine).join('\n')));
}
