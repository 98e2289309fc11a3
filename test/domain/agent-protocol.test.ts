import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agentCommand, LineSplitter, parseAgentReply, parseBootSignal, parseProcessList } from '#domain/guest/index.ts';

/** The lines that a splitter makes of bytes. */
function linesOf(bytes: Iterable<number>): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const byte of bytes) splitter.push(byte);
  return lines;
}

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('a command to the agent', () => {
  it('is one line of JSON, whatever its arguments hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.jsonValue(), (name, value) => {
        const line = agentCommand(name, { value });
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(JSON.parse(line)).toEqual({ execute: name, arguments: { value: JSON.parse(JSON.stringify(value)) } });
      }),
    );
  });
});

describe('an answer of the agent', () => {
  it.each<[string, unknown]>([
    ['{"return": {}}', {}],
    ['{"return": 7}', 7],
    ['{"return": null}', null],
    ['{"return": [], "id": 3}', []],
  ])('%s is good', (line, value) => {
    expect(parseAgentReply(line)).toEqual({ ok: true, value });
  });

  it('says in its own words what went wrong', () => {
    const line = '{"error": {"class": "CommandNotFound", "desc": "The command guest-sing has not been found"}}';
    expect(parseAgentReply(line)).toEqual({ ok: false, description: 'The command guest-sing has not been found' });
  });

  it.each([
    '',
    'qemu-ga: starting',
    '{"return"',
    '{"event": "x"}',
    '{"error": "no object"}',
    '{"error": {"class": 1, "desc": "x"}}',
    'null',
    '[]',
    '"return"',
  ])('is not seen in noise such as %j', (line) => {
    expect(parseAgentReply(line)).toBeUndefined();
  });

  it('is never more than an answer or nothing, whatever the line', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        const reply = parseAgentReply(line);
        expect(reply === undefined || typeof reply.ok === 'boolean').toBe(true);
      }),
    );
  });
});

describe('a stream of bytes', () => {
  it('is cut at its line feeds', () => {
    expect(linesOf(ascii('one\r\n\ntwo\nunfinished'))).toEqual(['one', '', 'two']);
  });

  it('loses only the carriage returns before a line feed', () => {
    expect(linesOf(ascii('10%\r20%\r\n\r\r\n'))).toEqual(['10%\r20%', '']);
  });

  it('comes out whole, whichever bytes a line has', () => {
    const lines = fc.array(
      fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes.filter((b) => b !== 10 && b !== 13))),
    );
    fc.assert(
      fc.property(lines, (parts) => {
        const stream = Buffer.concat(parts.map((part) => Buffer.concat([part, ascii('\n')])));
        expect(linesOf(stream)).toEqual(parts.map((part) => part.toString('latin1')));
      }),
    );
  });

  it('begins anew where it is told to forget', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    for (const byte of ascii('half an answ')) splitter.push(byte);
    splitter.reset();
    for (const byte of ascii('whole\n')) splitter.push(byte);
    expect(lines).toEqual(['whole']);
  });
});

describe('a line of the first serial port', () => {
  it.each([
    ['portolan: ready', { type: 'ready' }],
    ['portolan: ready \t', { type: 'ready' }],
    ['portolan: stage services', { type: 'stage', name: 'services' }],
    ['portolan: stage net-up', { type: 'stage', name: 'net-up' }],
  ])('%j tells how far the guest is', (line, signal) => {
    expect(parseBootSignal(line)).toEqual(signal);
  });

  it.each([
    '',
    '[    0.5] portolan: ready',
    'portolan: ready?',
    'portolan: readyx',
    'portolan: stage',
    'portolan: stage ',
    'portolan: stage A',
    'portolan: stage a b',
    'Portolan: ready',
    'portolan:ready',
  ])('%j tells nothing', (line) => {
    expect(parseBootSignal(line)).toBeUndefined();
  });
});

describe('a list of processes', () => {
  it('is read from ps', () => {
    const text =
      '      1       0 Ss    1024 /sbin/init splash\n    321       1 R+     512 ps -eo pid=,ppid=,stat=,rss=,args=\n';
    expect(parseProcessList(text)).toEqual([
      { pid: 1, parent: 0, state: 'Ss', memory: 1024 * 1024, command: '/sbin/init splash' },
      { pid: 321, parent: 1, state: 'R+', memory: 512 * 1024, command: 'ps -eo pid=,ppid=,stat=,rss=,args=' },
    ]);
  });

  it('passes over lines that are no process', () => {
    const text = 'ps: warning\n\n  PID PPID STAT RSS COMMAND\n 2 1 S 0 [kthreadd]\n -1 0 S 0 x\n 3 1 S\n';
    expect(parseProcessList(text).map(({ pid, command }) => [pid, command])).toEqual([[2, '[kthreadd]']]);
  });
});
