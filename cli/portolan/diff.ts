import { difference, inventory, type Amount, type Difference } from '../../publishing/index.ts';
import type { Command } from './command.ts';
import { count, megabytes } from './format.ts';
import { parseOptions, positionals } from './options.ts';
import { openPlace, type Place } from './place.ts';

const HELP = `
Usage: portolan diff A B [--json]

Says what a device that has the container A must fetch to have B: pieces and bytes, by part. A piece is a chunk of a disk
or snapshot, or a file that is read whole; pieces that both have, by digest, are not fetched again.

A and B: DIR or URL of a catalog, with #ID, #ID@VERSION or #sha256:… of the manifest where there are several containers.

      --json         the result as JSON

  portolan diff old#base new#base
  portolan diff 'https://example.org/catalog/#base@12.0' 'catalog#base@12.1' --json
`;

export const diff: Command = {
  summary: 'says what a device with one container must fetch to have another',
  help: HELP,
  run: async (args) => {
    const { values, positionals: given } = parseOptions(args, { json: { type: 'boolean' } });
    const [from = '', to = ''] = positionals(given, 'A', 'B');
    const [a, b] = [await openPlace(from), await openPlace(to)];
    const result = difference(await piecesOf(a), await piecesOf(b));
    console.log(values.json === true ? toJson(a, b, result) : toText(a, b, result));
    return 0;
  },
};

function piecesOf({ publication, entry }: Place) {
  return inventory(publication, entry.manifest);
}

function toJson(a: Place, b: Place, { fetch, total, parts }: Difference): string {
  return JSON.stringify({ from: nameOf(a), to: nameOf(b), fetch, total, parts }, null, 2);
}

function nameOf({ entry: { id, version, manifest } }: Place) {
  return { id, version, manifest: manifest.digest };
}

function toText(a: Place, b: Place, { fetch, total, parts }: Difference): string {
  const rows = parts.map((each) => [each.part, amount(each.fetch), amount(each.total)] as const);
  const [width, fetchWidth] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(
    ([part, some, all]) => `  ${part.padEnd(width ?? 0)}  ${some.padStart(fetchWidth ?? 0)} of ${all}`,
  );
  const share = total.bytes === 0 ? 0 : (100 * fetch.bytes) / total.bytes;
  const [from, to] = [a, b].map(({ entry }) => `${entry.id}@${entry.version}`);
  return `With ${from}, ${to} costs ${amount(fetch)} of ${amount(total)} (${share.toFixed(1)} %):\n${lines.join('\n')}`;
}

function amount({ pieces, bytes }: Amount): string {
  return `${count(pieces, 'piece')}, ${megabytes(bytes)}`;
}
