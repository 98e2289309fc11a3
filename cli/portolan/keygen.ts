import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { generateKey, PublishError, publicKeyFile, secretKeyFile } from '../../publishing/index.ts';
import { say } from '../process/say.ts';
import type { Command } from './command.ts';
import { parseOptions, positionals, required } from './options.ts';
import { askPasswords } from './password.ts';
import { UsageError } from './usage-error.ts';

const HELP = `
Usage: portolan keygen -o NAME [--no-password] [--force]

Makes a key to sign catalogs with: NAME.key, to be kept secret, and NAME.pub, to be told to everyone. Both are minisign's
(Ed25519): minisign can use them, too. The secret key is encrypted with a password, which is asked for twice, on the
terminal or as two lines of standard input.

  -o, --output       where to write, without .key and .pub
  -W, --no-password  does not encrypt the secret key
  -f, --force        writes over files that are there

  portolan keygen -o ~/.minisign/charts
`;

const OPTIONS = {
  output: { type: 'string', short: 'o' },
  'no-password': { type: 'boolean', short: 'W' },
  force: { type: 'boolean', short: 'f' },
} as const;

export const keygen: Command = {
  summary: 'makes a key to sign catalogs with, as minisign does',
  help: HELP,
  run: async (args) => {
    const { values, positionals: given } = parseOptions(args, OPTIONS);
    positionals(given);
    const name = required(values.output, '--output').replace(/\.(?:key|pub)$/, '');
    const [secret, open] = [`${name}.key`, `${name}.pub`];
    if (values.force !== true) refuseToOverwrite(secret, open);
    const password = values['no-password'] === true ? undefined : await askTwice();
    const key = generateKey();
    await writeSecret(secret, await secretKeyFile(key, password));
    await writeFile(open, publicKeyFile(key));
    say(`${secret} is the secret key: keep it to yourself. ${open} is the public key:`);
    console.log(publicKeyFile(key).split('\n')[1]);
    return 0;
  },
};

function refuseToOverwrite(...paths: readonly string[]): void {
  const present = paths.find((path) => existsSync(path));
  if (present !== undefined) throw new PublishError(`${present} is there already; --force writes over it.`);
}

/** Nobody but its owner may read it, also where a file was there before. */
async function writeSecret(path: string, text: string): Promise<void> {
  await writeFile(path, '', { mode: 0o600 });
  await chmod(path, 0o600);
  await writeFile(path, text);
}

async function askTwice(): Promise<string> {
  const [first = '', second] = await askPasswords(['Password for the secret key: ', 'The same again: ']);
  if (first !== second) throw new UsageError('The two passwords differ.');
  return first;
}
