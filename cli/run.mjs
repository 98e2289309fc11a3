/** Runs a command of cli/ on a machine that has Node alone: `node cli/run.mjs COMMAND [ARGUMENT…]`. */
import { fail, loadCommand, ROOT } from './bootstrap/prepare.mjs';

const COMMANDS = ['start', 'test', 'check', 'bench', 'build', 'serve'];

process.chdir(ROOT);
const [command, ...args] = process.argv.slice(2);
if (!COMMANDS.includes(command)) fail(`Usage: node cli/run.mjs ${COMMANDS.join('|')} [ARGUMENT…]`);
const { main } = await loadCommand(`${command}.ts`);
process.exitCode = await main(args);
