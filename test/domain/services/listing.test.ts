import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNeeded, parseServices, type Service } from '#domain/services/index.ts';

/** As the guest has printed it. */
const LISTING = `uptime 734.10 600.00
service console
process 54 (busybox) S 51 51 51 0 -1 4194560 171 6135 0 36 1 3 5 10 20 0 1 0 310 1048576 200
service isle
about {"description":"Pages of the isle","ports":[8000],"package":"busybox"}
variable GREETING=a=b  c
variable PORT=8000
log
process 161 (a) b (c) S 158 158 158 0 -1 4194560 171 0 0 0 1 3 0 0 20 0 1 0 72410 1048576 200
end 100.5 1 0
end 700.10 -1 9
service new
about {"description":"","ports":[]}
status
run: console: (pid 54) 86399s
run: isle: (pid 161) 12s; run: log: (pid 157) 900s
fail: new: unable to open supervise/ok: file does not exist
`;

const stateOf = (status: string, ends: string[] = [], process = ''): Service['state'] | undefined =>
  parseServices(['uptime 500.0 1', 'service x', process, ...ends, 'status', status].join('\n'))?.[0]?.state;

describe('the list of services', () => {
  it('has what the folder, the notes and runit say of each', () => {
    expect(parseServices(LISTING)).toEqual([
      {
        name: 'console',
        description: '',
        ports: [],
        environment: {},
        isOwn: false,
        hasLog: false,
        state: { name: 'running', pid: 54, seconds: 731 },
        ends: [],
      },
      {
        name: 'isle',
        description: 'Pages of the isle',
        ports: [8000],
        package: 'busybox',
        environment: { GREETING: 'a=b  c', PORT: '8000' },
        isOwn: true,
        hasLog: true,
        state: { name: 'running', pid: 161, seconds: 10 },
        ends: [
          { ago: expect.closeTo(633.6), status: 1, signal: undefined },
          { ago: expect.closeTo(34), status: undefined, signal: 9 },
        ],
      },
      {
        name: 'new',
        description: '',
        ports: [],
        environment: {},
        isOwn: true,
        hasLog: false,
        state: { name: 'unsupervised', detail: 'unable to open supervise/ok: file does not exist' },
        ends: [],
      },
    ]);
  });

  it('is none without runit, and empty without services', () => {
    expect([parseServices('none\n'), parseServices('uptime 1 1\nstatus\n')]).toEqual([undefined, []]);
  });

  it('knows of services by others what it can: no broken description stands in the way', () => {
    const [service] = parseServices('uptime 1 1\nservice x\nabout {"ports":"all"\nend x\nstatus\ndown: x: 3s\n') ?? [];
    expect(service).toMatchObject({ name: 'x', isOwn: false, ports: [], ends: [], state: { name: 'stopped' } });
  });

  it('never fails on what a machine prints', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseServices(text)));
    const lines = LISTING.split('\n');
    fc.assert(fc.property(fc.shuffledSubarray(lines), (some) => void parseServices(some.join('\n'))));
  });
});

describe('the state of a service', () => {
  it.each([
    ['run: x: (pid 3) 70s', { name: 'running', pid: 3, seconds: 70 }],
    ['run: x: (pid 3) 70s, normally down', { name: 'running', pid: 3, seconds: 70 }],
    ['run: x: (pid 3) 5s, want down, got TERM', { name: 'stopping' }],
    ['finish: x: (pid 4) 0s, want down', { name: 'stopping' }],
    ['finish: x: (pid 4) 0s', { name: 'restarting' }],
    ['down: x: 1s, normally up, want up', { name: 'restarting' }],
    ['down: x: 1s, normally up', { name: 'stopped' }],
    ['down: x: 1s; run: log: (pid 5) 9s, want down', { name: 'stopped' }],
    ['fail: x: runsv not running', { name: 'unsupervised', detail: 'runsv not running' }],
    ['', { name: 'unsupervised', detail: 'runit does not know it' }],
  ])('is read from %j', (status, state) => {
    expect(stateOf(status)).toEqual(state);
  });

  it('is failing when it has ended three times lately and is not up for long', () => {
    const lately = ['end 480.0 1 0', 'end 490.0 1 0', 'end 499.0 0 0'];
    expect(stateOf('run: x: (pid 3) 1s', lately)).toEqual({ name: 'failing' });
    expect(stateOf('down: x: 0s, want up', lately)).toEqual({ name: 'failing' });
    expect(stateOf('run: x: (pid 3) 61s', lately)).toMatchObject({ name: 'running' });
    expect(stateOf('run: x: (pid 3) 1s', lately.slice(1))).toMatchObject({ name: 'running' });
    expect(stateOf('run: x: (pid 3) 1s', ['end 100.0 1 0', ...lately.slice(1)])).toMatchObject({ name: 'running' });
    expect(stateOf('down: x: 0s', lately)).toEqual({ name: 'stopped' });
  });

  it('tells of those without which Portolan does not reach the machine', () => {
    expect(['console', 'qemu-ga', 'nginx'].map(isNeeded)).toEqual([true, true, false]);
  });
});
