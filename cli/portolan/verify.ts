import { readFile } from 'node:fs/promises';
import { openPublication, PublishError, verifyPublication, type VerifyReport } from '../../publishing/index.ts';
import type { Command } from './command.ts';
import { count, megabytes } from './format.ts';
import { parseOptions, positionals } from './options.ts';

const HELP = `
Usage: portolan verify DIR|URL [--public-key FILE|BASE64]

Checks a catalog and all containers and runtimes in it: every digest, down to the chunks and packages, lengths, whether the
parts fit together, and the signature if there is one. Says what is wrong, one line each: the file's path and why.
Exit status 1 when something is wrong. Large files are streamed; a server is asked for ranges, as the app asks it.

  -p, --public-key   who has to have signed the catalog: a minisign public key file, or its base64.
                     Without, the minisign.pub beside the catalog counts: it shows damage, not who published.

  portolan verify public/catalog
  portolan verify https://example.org/catalog/ -p RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3
`;

export const verify: Command = {
  summary: 'checks every digest of a catalog, down to the chunks',
  help: HELP,
  run: async (args) => {
    const parsed = parseOptions(args, { 'public-key': { type: 'string', short: 'p' } });
    const [place = ''] = positionals(parsed.positionals, 'DIR or URL');
    const key = parsed.values['public-key'];
    const publicKey = key === undefined ? undefined : await readKey(key);
    const report = await verifyPublication(await openPublication(place), { publicKey });
    for (const { path, detail } of report.problems) console.log(`${path}: ${detail}`);
    console.log(`${place}: ${verdict(report)}`);
    return report.problems.length === 0 ? 0 : 1;
  },
};

async function readKey(key: string): Promise<string> {
  if (/^RW[\w+/]{54}$/.test(key)) return key;
  return readFile(key, 'utf8').catch((cause: unknown) => {
    throw new PublishError(`${key} is neither a public key in base64 nor a file that can be read.`, { cause });
  });
}

function verdict({ problems, containers, runtimes, blobs, chunks, bytes, signature }: VerifyReport): string {
  if (problems.length > 0) return count(problems.length, 'problem');
  const parts = [
    count(containers, 'container'),
    ...(runtimes > 0 ? [count(runtimes, 'runtime')] : []),
    count(blobs, 'blob'),
    count(chunks, 'chunk'),
    megabytes(bytes),
  ];
  return `all is well: ${parts.join(', ')}; ${signature ? `signed by ${signature.keyId}` : 'not signed'}`;
}
