#!/usr/bin/env node
/** The publisher's program, from any folder: `portolan COMMAND [ARGUMENT…]`. */
import { loadCommand, ROOT } from './bootstrap/prepare.mjs';

// `npm run portolan` starts it in the project's folder, and says from where: that is what paths are meant from.
const { npm_lifecycle_event: script, INIT_CWD: calledFrom } = process.env;
if (script === 'portolan' && calledFrom && process.cwd() === ROOT) process.chdir(calledFrom);
const { main } = await loadCommand('portolan/main.ts');
process.exitCode = await main(process.argv.slice(2));
