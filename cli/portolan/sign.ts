import { readFile } from 'node:fs/promises';
import { keyIdText } from '#domain/signature/index.ts';
import { openKeyFile, PublishError, signCatalog } from '../../publishing/index.ts';
import type { Command } from './command.ts';
import { parseOptions, positionals, required } from './options.ts';
import { askPasswords } from './password.ts';

const HELP = `
Usage: portolan sign DIR -k KEY [--trusted-comment TEXT] [--new-key]

Signs the catalog in DIR: writes catalog.json.minisig, as minisign does, and the public key beside it as minisign.pub.
Who reads the catalog for the first time keeps the key, and takes nothing from then on that is not signed with it. A
password is asked for on the terminal, or read as a line of standard input. Sign again whenever the catalog has changed.

  -k, --key              the secret key's file, of portolan keygen or minisign -G
  -t, --trusted-comment  a line that is signed, too; the time and the file's name otherwise
      --new-key          signs although another key has signed before; devices that know that one will refuse

  portolan sign public/catalog -k ~/.minisign/charts.key
  minisign -V -p charts.pub -m public/catalog/catalog.json
`;

const OPTIONS = {
  key: { type: 'string', short: 'k' },
  'trusted-comment': { type: 'string', short: 't' },
  'new-key': { type: 'boolean' },
} as const;

export const sign: Command = {
  summary: 'signs a catalog, as minisign does',
  help: HELP,
  run: async (args) => {
    const { values, positionals: given } = parseOptions(args, OPTIONS);
    const [dir = ''] = positionals(given, 'DIR');
    const path = required(values.key, '--key');
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new PublishError(`The secret key ${path} cannot be read.`, { cause });
    });
    const key = await openKeyFile(text, async () => (await askPasswords(['Password of the secret key: ']))[0] ?? '');
    await signCatalog(dir, key, { trustedComment: values['trusted-comment'], newKey: values['new-key'] === true });
    console.log(`${dir} is signed with the key ${keyIdText(key.keyId)}.`);
    return 0;
  },
};
