import { describe, expect, it, onTestFinished } from 'vitest';
import { shell, waitUntil, type Machine } from './engine-support.ts';

/** What the console of every engine does. */
export function consoleContract(machine: () => Machine): void {
  describe('the console', () => {
    it('shows what is typed and what comes of it', async () => {
      const { terminal } = machine();
      terminal.clear();
      terminal.type('echo $((6 * 7)) is the answer\n');
      expect(await terminal.shows(/^42 is the answer/m)).toContain('echo $((6 * 7)) is the answer');
    });

    it.each([
      [100, 30],
      [37, 91],
    ])('has the size that it is given: %i columns, %i rows', async (columns, rows) => {
      const { session, terminal } = machine();
      session.console.resize(columns, rows);
      terminal.clear();
      terminal.type('stty size\n');
      await terminal.shows(new RegExp(`^${rows} ${columns}`, 'm'));
    });

    it('takes a long paste whole', async () => {
      const { session, terminal } = machine();
      const lines = Array.from({ length: 3000 }, (_, i) => `line ${i} of a long paste\n`).join('');
      terminal.type('stty -echo; cat > /tmp/paste; stty echo; echo it is $((1 + 1)) late\n');
      await waitUntil(async () => (await shell(session, 'ls /tmp')).includes('paste'));
      terminal.clear();
      terminal.type(`${lines}\x04`);
      await terminal.shows(/^it is 2 late/m);
      expect(await shell(session, 'wc -c < /tmp/paste')).toBe(String(lines.length));
    });

    it('waits for a slow terminal: nothing is lost, and little is under way', async () => {
      const { session, terminal } = machine();
      let shown = '';
      let underWay = 0;
      let most = 0;
      const detached = new AbortController();
      const slow = async (bytes: Uint8Array): Promise<void> => {
        underWay += bytes.length;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setTimeout(resolve, 20));
        underWay -= bytes.length;
        shown += Buffer.from(bytes).toString('latin1');
      };
      session.console.attach(slow, { signal: detached.signal });
      onTestFinished(() => detached.abort());
      terminal.clear();
      terminal.type('seq 150000 | sed s/$/.x/; echo it is $((2 + 2)) early\n');
      await terminal.shows(/^it is 4 early/m);
      await waitUntil(() => /^it is 4 early/m.test(shown));
      const numbers = [...shown.matchAll(/^(\d+)\.x\r?$/gm)].map((match) => Number(match[1]));
      expect(numbers).toEqual(Array.from({ length: 150_000 }, (_, i) => i + 1));
      expect(most).toBeLessThan(1024 * 1024);
    });

    it('is not held back by a terminal that is gone', async () => {
      const { session, terminal } = machine();
      const detached = new AbortController();
      session.console.attach(() => new Promise(() => undefined), { signal: detached.signal });
      onTestFinished(() => detached.abort());
      session.console.attach(() => Promise.reject(new Error('its tab was closed')));
      terminal.clear();
      terminal.type('seq 200000; echo it is $((3 + 3)) now\n');
      await terminal.shows(/199\d\d/);
      detached.abort();
      await terminal.shows(/^it is 6 now/m);
    });

    it('shows a new terminal what it shows now', async () => {
      const { session, terminal } = machine();
      terminal.type('echo to be seen $((4 + 4)) times\n');
      await terminal.shows(/^to be seen 8 times/m);
      let shown = '';
      session.console.attach((bytes) => void (shown += Buffer.from(bytes).toString('latin1')), {
        signal: AbortSignal.timeout(60_000),
      });
      await waitUntil(() => /^to be seen 8 times/m.test(shown));
    });
  });
}
