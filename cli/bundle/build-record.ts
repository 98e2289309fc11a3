import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Plugin } from 'vite';

/** Tells people and `npm start` which build a folder holds. */
export const RECORD = 'build.json';

const Record = v.object({ build: v.string() });

/** Writes build.json into the build. */
export function buildRecordPlugin(build: string): Plugin {
  return {
    name: 'portolan:build-record',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: RECORD, source: `${JSON.stringify({ build })}\n` });
    },
  };
}

/** The id of the build in a folder; undefined when there is none. */
export async function readBuildRecord(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, RECORD), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : v.parse(Record, JSON.parse(text)).build;
}
