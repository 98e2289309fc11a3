import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LISTENING_PORTS_COMMAND, parseListeningPorts } from '#domain/guest/index.ts';
import { parseServiceDefinition, type Service } from '#domain/services/index.ts';
import type { Session } from '#ports/engine.ts';
import { GuestServices } from '../../src/app/services/index.ts';
import { failureOf } from '../support/failure.ts';
import { decode, shell, startMachine } from './engine-support.ts';
import { v86InNode } from './v86-in-node.ts';

const test = await v86InNode();

/** A child of the script's shell: without `exec`, it is not what runit has started. */
const PAGES = parseServiceDefinition({
  name: 'pages',
  description: 'Pages',
  run: 'echo "greeting: $GREETING"\nbusybox httpd -f -p "$PORT" -h /etc',
  ports: [8000],
  environment: { PORT: '8000', GREETING: 'a=b  "c" $HOME' },
});

/** Each look costs the guest some programs: not more often than it needs them. */
const waitUntil = (condition: () => boolean | Promise<boolean>): Promise<boolean> =>
  vi.waitUntil(condition, { timeout: 120_000, interval: 500 });

describe('services under runit', () => {
  let session: Session;
  let services: GuestServices;
  const calls: string[] = [];

  beforeAll(async () => {
    ({ session } = await startMachine(test));
    await session.ready();
    const exec = async (argv: readonly string[]) => {
      calls.push(argv[2] ?? '');
      const { status, stdout, stderr } = await session.exec(argv);
      return { status, stdout: decode(stdout), stderr: decode(stderr) };
    };
    const listeningPorts = async () => parseListeningPorts((await exec([...LISTENING_PORTS_COMMAND])).stdout);
    const fetch = () => Promise.reject(new Error('there is no network here'));
    services = new GuestServices({ exec, listeningPorts, fetch });
  });
  afterAll(() => session.stop());

  const get = async (name: string): Promise<Service | undefined> =>
    (await services.list()).find((service) => service.name === name);
  const stateOf = async (name: string): Promise<string | undefined> => (await get(name))?.state.name;
  const page = (port: number): Promise<string> =>
    shell(session, `busybox wget -q -O - http://127.0.0.1:${port}/hostname || echo nobody`);

  it('are listed with one call, and those that Portolan needs are left alone', async () => {
    calls.length = 0;
    const all = await services.list();
    expect(all.map(({ name, state }) => [name, state.name])).toEqual([
      ['console', 'running'],
      ['qemu-ga', 'running'],
    ]);
    expect(calls).toHaveLength(1);
    expect(await failureOf(services.stop('qemu-ga'))).toMatchObject({ code: 'services/needed' });
    expect(await failureOf(services.start('pages'))).toMatchObject({ code: 'services/unknown' });
  });

  it('are started when they are added, with their environment, and keep what they print', async () => {
    await services.add(PAGES);
    await waitUntil(async () => (await page(8000)) !== 'nobody');
    const { run: _, ...told } = PAGES;
    expect(await get('pages')).toMatchObject({ ...told, isOwn: true, state: { name: 'running' } });
    await waitUntil(async () => (await get('pages'))?.hasLog === true);
    expect(await shell(session, 'cat /var/log/runit/pages/current')).toMatch(/^[\d_:.-]+ greeting: a=b {2}"c" \$HOME$/);
  });

  it('are refused a name or a port that somebody has', async () => {
    expect(await failureOf(services.add(PAGES))).toEqual({ code: 'services/exists', data: { name: 'pages' } });
    const other = { ...PAGES, name: 'other' };
    expect(await failureOf(services.add(other))).toEqual({
      code: 'services/port-taken',
      data: { name: 'other', port: 8000, by: 'the service pages' },
    });
    await shell(session, 'busybox httpd -p 9000 -h /etc');
    const third = { name: 'third', ports: [8000, 9000, 9001] };
    expect(await services.conflicts([{ name: 'second', ports: [9001] }, third])).toEqual([
      [],
      [
        { kind: 'port', port: 8000, service: 'pages', free: 8001 },
        { kind: 'port', port: 9000, service: undefined, free: 9002 },
        { kind: 'port', port: 9001, service: 'second', free: 9003 },
      ],
    ]);
    const { data } = await failureOf(services.add({ ...other, ports: [9000] }));
    expect(data['by']).toMatch(/^the program busybox \(process \d+\)$/);
    expect((await services.list()).map(({ name }) => name)).toEqual(['console', 'pages', 'qemu-ga']);
  });

  it('come back when they are killed, and all that they had started is gone', async () => {
    const before = await get('pages');
    await shell(session, 'kill -KILL $(cat /etc/service/pages/supervise/pid)');
    await waitUntil(async () => ((await get('pages'))?.ends.length ?? 0) > 0);
    await waitUntil(async () => (await stateOf('pages')) === 'running' && (await page(8000)) !== 'nobody');
    const after = await get('pages');
    expect(after?.ends).toEqual([{ ago: expect.any(Number), status: undefined, signal: 9 }]);
    expect(after?.state).not.toMatchObject({ pid: before?.state.name === 'running' ? before.state.pid : 0 });
    expect(await shell(session, 'pgrep -fc "[h]ttpd -f -p 8000"')).toBe('1');
  });

  it('stop with all that they have started, and stay stopped; a changed environment starts nothing', async () => {
    await services.stop('pages');
    expect([await stateOf('pages'), await page(8000)]).toEqual(['stopped', 'nobody']);
    await services.setEnvironment('pages', { PORT: '8001' });
    expect(await get('pages')).toMatchObject({
      state: { name: 'stopped' },
      environment: { PORT: '8001' },
      ports: [8001],
    });
    await services.start('pages');
    await waitUntil(async () => (await page(8001)) !== 'nobody');
    await services.setEnvironment('pages', { PORT: '8002', GREETING: '' });
    await waitUntil(async () => (await page(8002)) !== 'nobody');
    expect(await page(8001)).toBe('nobody');
    expect(await get('pages')).toMatchObject({ ports: [8002], ends: [] });
    const taken = services.setEnvironment('pages', { PORT: '9000' });
    expect(await failureOf(taken)).toMatchObject({ code: 'services/port-taken', data: { port: 9000 } });
  });

  it('that end as soon as they are started are failing, and their log says why', async () => {
    await services.add(parseServiceDefinition({ name: 'wreck', run: 'echo "leaks" >&2\nexit 3' }));
    await waitUntil(async () => (await stateOf('wreck')) === 'failing');
    expect((await get('wreck'))?.ends.at(-1)).toMatchObject({ status: 3, signal: undefined });
    expect(await shell(session, 'tail -n 1 /var/log/runit/wreck/current')).toContain('leaks');
    await services.stop('wreck');
    expect(await stateOf('wreck')).toBe('stopped');
  });

  it('are followed over files of a log that become full', async () => {
    const lines =
      'i=0; while read -r n < /tmp/go; do for k in $(seq $n); do i=$((i + 1)); echo "ü line $i"; done; done';
    await shell(session, 'mkfifo /tmp/go');
    await services.add(parseServiceDefinition({ name: 'talker', run: `${lines}; sleep 1000` }), { replace: true });
    const go = (n: number): Promise<string> => shell(session, `echo ${n} > /tmp/go`);
    await shell(session, 'cd /var/log/runit/talker && printf "s3000\\nn4\\n" > config && sv hup talker/log');
    await go(5);
    await waitUntil(async () => (await shell(session, 'grep -c line /var/log/runit/talker/current || true')) === '5');
    const stop = new AbortController();
    let text = '';
    const following = services.followLog('talker', (piece) => (text += piece), { signal: stop.signal, lines: 2 });
    const numbers = (): number[] => [...text.matchAll(/ ü line (\d+)\n/g)].map(([, number]) => Number(number));
    await waitUntil(() => numbers().length === 2);
    expect(numbers()).toEqual([4, 5]);
    await go(100);
    await waitUntil(() => numbers().at(-1) === 105);
    expect(numbers()).toEqual(Array.from({ length: 102 }, (_, i) => i + 4));
    expect(Number(await shell(session, 'ls /var/log/runit/talker/@* | wc -l'))).toBeGreaterThan(0);
    stop.abort();
    await following;
    expect(await failureOf(services.followLog('console', () => undefined, {}))).toMatchObject({
      code: 'services/no-log',
    });
  });

  it('make room for others of the same name, and leave nothing when they are removed', async () => {
    await services.add({ ...PAGES, ports: [8003], environment: { PORT: '8003' } }, { replace: true });
    await waitUntil(async () => (await page(8003)) !== 'nobody');
    expect(await page(8002)).toBe('nobody');
    for (const name of ['pages', 'wreck', 'talker']) await services.remove(name);
    expect((await services.list()).map(({ name }) => name)).toEqual(['console', 'qemu-ga']);
    expect(await page(8003)).toBe('nobody');
    const left =
      'ls -d /etc/sv/.* /etc/sv/pages /var/log/runit/pages /run/portolan/services/pages 2> /dev/null || true';
    expect(await shell(session, left)).toBe('/etc/sv/.\n/etc/sv/..');
    expect(await shell(session, 'pgrep -fc "[r]unsv (pages|wreck|talker)" || true')).toBe('0');
  });

  it('are not there without runit', async () => {
    await shell(session, 'mv /usr/bin/svlogd /usr/bin/svlogd.away');
    expect(await failureOf(services.list())).toEqual({ code: 'services/no-runit', data: {} });
  });
});
