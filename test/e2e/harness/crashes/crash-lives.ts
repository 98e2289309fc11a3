// The type of window.portolan.
import '../../../../src/app/window.ts';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { BrowserContext, Page } from '@playwright/test';
import { killRenderer } from '../renderer.ts';
import type { DiskExaminer, FoundFiles } from './disk-examiner.ts';

declare global {
  interface Window {
    /** Tells the test that the guest has said that a file is written, and when. */
    acknowledge(name: string, at: number): void;
  }
}

/** Milliseconds before the end in which what is acknowledged may be lost. */
const GRACE_MS = 50;
/** Milliseconds for which a guest writes, at least and at most. */
const WRITING_MS = [200, 2500] as const;
const FOLDER = '/root/crash';

/** What came of the lives of machines. */
export interface Tally {
  lives: number;
  /** Files that the guest had said were written, long enough before the end. */
  acknowledged: number;
  /** Of these, such that were not there, and such that were not what was written. */
  lost: number;
  corrupt: number;
  /** Disks that e2fsck found fault with. */
  unclean: number;
  /** What was wrong, in words. */
  readonly details: string[];
}

/**
 * Lives of a machine that all end by the death of its page's process, at any moment, while the guest writes numbered files:
 * each is synced and then acknowledged on the terminal. After each death the disk is looked at from outside.
 */
export class CrashLives {
  readonly tally: Tally = { lives: 0, acknowledged: 0, lost: 0, corrupt: 0, unclean: 0, details: [] };
  readonly #context: BrowserContext;
  readonly #url: string;
  readonly #examiner: DiskExaminer;
  /** Names of the files that the machine's disk has to hold. */
  #promised: string[] = [];
  /** When the guest said so of the files of this life, in milliseconds since the epoch. */
  readonly #acknowledged = new Map<string, number>();
  /** Where the machine lives next. */
  #page: Page | undefined;

  constructor(context: BrowserContext, url: string, examiner: DiskExaminer) {
    this.#context = context;
    this.#url = url;
    this.#examiner = examiner;
  }

  /** One life. @param machine `new`: another machine, from the snapshot; `same`: the one that died last, from its disk */
  async live(machine: 'new' | 'same'): Promise<void> {
    const page = this.#page ?? (await this.#openPage());
    this.#acknowledged.clear();
    if (machine === 'new') this.#promised = [];
    await startMachine(page, { last: this.tally.lives > 0 ? 1 : 0, next: machine === 'new' });
    if (machine === 'same') await this.#askGuest(page);
    await write(page, `life${this.tally.lives}`);
    await waitFor(() => this.#acknowledged.size > 0);
    const [least, most] = WRITING_MS;
    await new Promise((resolve) => setTimeout(resolve, least + Math.random() * (most - least)));
    const end = await killRenderer(page);
    await page.close();
    this.tally.lives++;
    const kept = [...this.#acknowledged].filter(([, at]) => at < end - GRACE_MS).map(([name]) => name);
    this.tally.acknowledged += kept.length;
    this.#promised.push(...kept);
    await this.#examine();
  }

  async #openPage(): Promise<Page> {
    const page = await this.#context.newPage();
    await page.exposeFunction('acknowledge', (name: string, at: number) => void this.#acknowledged.set(name, at));
    await page.goto(this.#url);
    return page;
  }

  async #examine(): Promise<void> {
    this.#page = await this.#openPage();
    const { complaint, contentOf } = await this.#examiner.examine(await exportDisk(this.#page), FOLDER);
    if (complaint !== undefined) {
      this.tally.unclean++;
      this.#note(complaint);
    }
    for (const name of this.#promised) {
      const content = await contentOf(name);
      if (content?.equals(contentFor(name))) continue;
      if (content) this.tally.corrupt++;
      else this.tally.lost++;
      this.#note(`${name} ${content ? 'is not what was written' : 'is not there'}`);
    }
  }

  /** The same, as the machine that started from this disk sees it. */
  async #askGuest(page: Page): Promise<void> {
    const sums = await page.evaluate(async (folder) => {
      const [machine] = window.portolan.machines();
      return (await machine?.exec(['sh', '-c', `cd ${folder} && md5sum *`]))?.stdout ?? '';
    }, FOLDER);
    const found = new Map(sums.split('\n').map((line) => [line.slice(34), line.slice(0, 32)]));
    const wrong = this.#promised.filter((name) => found.get(name) !== md5(contentFor(name)));
    this.tally.corrupt += wrong.length;
    for (const name of wrong) this.#note(`the guest reads ${name} as ${found.get(name) ?? 'nothing'}`);
  }

  #note(what: string): void {
    this.tally.details.push(`life ${this.tally.lives}: ${what}`);
  }
}

/** What the guest writes into a file. */
function contentFor(name: string): Buffer {
  const size = sizeOf(Number(name.split('-')[1]));
  return Buffer.from(`${name}\n`.repeat(Math.ceil(size / (name.length + 1)))).subarray(0, size);
}

/** Bytes of the file with this number: from one to many blocks. */
function sizeOf(number: number): number {
  return ((number * 7919) % 60_000) + 1;
}

/** Starts the `last` machine, if there is one and it does not make room for the `next` one. */
async function startMachine(page: Page, which: { readonly last: 0 | 1; readonly next: boolean }): Promise<void> {
  await page.evaluate(async ({ last, next }) => {
    // The page reads its list of machines after it is there.
    while (window.portolan.machines().length < last) await new Promise((resolve) => setTimeout(resolve, 20));
    const [found] = window.portolan.machines();
    if (next) await found?.remove();
    else await found?.start();
    await (next ? await window.portolan.boot('base') : found)?.ready;
  }, which);
}

/** Lets the guest write files until the end, and tells of each. */
async function write(page: Page, life: string): Promise<void> {
  const script = `mkdir -p ${FOLDER}; i=0
    while :; do
      i=$((i + 1))
      yes "${life}-$i" | head -c $((i * 7919 % 60000 + 1)) | dd of=${FOLDER}/${life}-$i bs=64k conv=fsync 2> /dev/null
      echo "written ${life}-$i" > /dev/hvc0
    done`;
  await page.evaluate((program) => {
    const [machine] = window.portolan.machines();
    if (!machine) throw new Error('there is no machine to watch');
    let line = '';
    machine.console.attach((bytes) => {
      const at = Date.now();
      line += new TextDecoder().decode(bytes);
      const lines = line.split('\n');
      line = lines.pop() ?? '';
      for (const each of lines) {
        const name = /^written (\S+)/.exec(each)?.[1];
        if (name !== undefined) window.acknowledge(name, at);
      }
    });
    machine.exec(['/usr/bin/busybox', 'sh', '-c', program]).catch(() => undefined);
  }, script);
}

/** The files of the only machine's disk, through the browser. */
async function exportDisk(page: Page): Promise<FoundFiles> {
  const downloading = page.waitForEvent('download');
  const sizes = await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const parts: File[] = [];
    for await (const folder of (await root.getDirectoryHandle('machines')).values()) {
      if (!(folder instanceof FileSystemDirectoryHandle)) continue;
      for (const name of ['log', 'manifest-0', 'manifest-1'])
        parts.push(await (await folder.getFileHandle(name)).getFile());
    }
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob(parts));
    link.download = 'disk';
    link.click();
    return parts.map(({ size }) => size);
  });
  const bytes = await readFile(await (await downloading).path());
  const [log = 0, first = 0, second = 0, ...others] = sizes;
  if (others.length > 0 || log + first + second !== bytes.length) throw new Error('there is not one machine');
  return {
    log: bytes.subarray(0, log),
    'manifest-0': bytes.subarray(log, log + first),
    'manifest-1': bytes.subarray(log + first),
  };
}

async function waitFor(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 20) {
    if (waited > 60_000) throw new Error('the guest wrote nothing');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}
