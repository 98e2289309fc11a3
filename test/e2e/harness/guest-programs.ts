// The type of window.portolan.
import '../../../src/app/window.ts';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { transformWithOxc } from 'vite';

/** Where the programs are kept that tests run in the guest, under Node.js: its container is `web`. */
const SOURCES = 'test/e2e/guest';
/** Where they lie in the guest. */
const FOLDER = '/srv/programs';

/**
 * Starts one of `test/e2e/guest` in the page's machine, and waits until it listens.
 * @param name without `.ts`
 * @param port what it is to listen on, its first argument
 */
export async function startProgram(page: Page, name: string, port: number): Promise<void> {
  await page.evaluate(
    async ({ files, folder, program, listensOn }) => {
      const [machine] = window.portolan.machines();
      if (!machine) throw new Error('there is no machine');
      await machine.exec(['mkdir', '-p', folder]);
      for (const [file, text] of files) {
        await machine.exec(['sh', '-c', 'cat > "$1"', '-', `${folder}/${file}`], { stdin: text });
      }
      const start = 'cd "$1" && setsid node "$2.mjs" "$3" > "$2.log" 2>&1 < /dev/null &';
      await machine.exec(['sh', '-c', start, '-', folder, program, String(listensOn)]);
      const wait =
        'for i in $(seq 300); do ss -Hltn "sport = :$1" | grep -q . && exit; sleep 0.1; done; cat "$2" >&2; exit 1';
      const { status, stderr } = await machine.exec([
        'sh',
        '-c',
        wait,
        '-',
        String(listensOn),
        `${folder}/${program}.log`,
      ]);
      if (status !== 0) throw new Error(`${program} does not listen: ${stderr}`);
    },
    { files: await guestPrograms(), folder: FOLDER, program: name, listensOn: port },
  );
}

/** All of them, as Node.js 18 runs them: name and text. */
async function guestPrograms(): Promise<(readonly [string, string])[]> {
  const names = await readdir(SOURCES);
  return Promise.all(
    names.map(async (name) => {
      const { code } = await transformWithOxc(await readFile(join(SOURCES, name), 'utf8'), name, { target: 'es2022' });
      return [
        asModule(name),
        code.replaceAll(/'\.\/(?<file>[\w-]+)\.ts'|"\.\/(?<other>[\w-]+)\.ts"/g, asModule),
      ] as const;
    }),
  );
}

function asModule(text: string): string {
  return text.replace('.ts', '.mjs');
}
