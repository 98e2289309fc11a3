import { createReadStream } from 'node:fs';
import { readDeb, type DebEntry } from '#domain/packages/archive/index.ts';
import { unpack } from '#storage/index.ts';
import { PublishError } from '../../publishing/index.ts';
import { extract } from '../deb/extract.ts';
import { Listing } from '../deb/listing.ts';
import { untilStopped } from '../process/stop-signal.ts';
import type { Command } from './command.ts';
import { parseOptions, positionals } from './options.ts';
import { UsageError } from './usage-error.ts';

const HELP = `
Usage: portolan deb FILE --list
       portolan deb FILE --extract DIR

Reads a Debian package (.deb), packed with gzip, xz, zstd or not at all.

  -c, --list         the files in it, as dpkg-deb -c writes them
  -x, --extract      writes the files into DIR, which is made if need be and has to be empty: with modes, times and links;
                     as root with their owners and devices, too. When something is wrong, nothing is left in DIR.

Packages whose names or links lead out of the folder, and those that unpack to far more than any should, are refused.

  portolan deb nginx-light_1.22.1-9+deb12u1_i386.deb --list
  portolan deb nginx-light_1.22.1-9+deb12u1_i386.deb --extract nginx
`;

const OPTIONS = { list: { type: 'boolean', short: 'c' }, extract: { type: 'string', short: 'x' } } as const;

export const deb: Command = {
  summary: 'lists or extracts the files of a Debian package',
  help: HELP,
  run: async (args) => {
    const { values, positionals: given } = parseOptions(args, OPTIONS);
    const [file = ''] = positionals(given, 'FILE');
    if ((values.list === true) === (values.extract !== undefined))
      throw new UsageError('Either --list or --extract DIR has to be there.');
    const { extract: dir } = values;
    await untilStopped((signal) => {
      const entries = installed(file, signal);
      return dir === undefined ? list(entries) : extract(entries, dir);
    }, new PublishError('Stopped. Nothing was changed.'));
    return 0;
  },
};

/** What the package installs; what it says about itself is passed over. */
async function* installed(file: string, signal: AbortSignal): AsyncGenerator<DebEntry, void> {
  for await (const entry of readDeb(createReadStream(file), { decompress: unpack, signal })) {
    if (entry.part === 'data') yield entry;
  }
}

async function list(entries: AsyncIterable<DebEntry>): Promise<void> {
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  const listing = new Listing({ unicode: /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '') });
  for await (const entry of entries) console.log(listing.line(entry));
}
