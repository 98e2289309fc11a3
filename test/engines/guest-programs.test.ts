import { describe, expect, it } from 'vitest';
import { GuestPrograms } from '#engines/v86/guest-programs.ts';
import type { ExecOptions } from '#ports/engine.ts';
import { failureOf } from '../support/failure.ts';
import { ScriptedAgent } from './support/scripted-agent.ts';

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** Programs of a guest in which each ends at once with `status`. */
function programsThat(status: Record<string, unknown>): { agent: ScriptedAgent; programs: GuestPrograms } {
  const agent = new ScriptedAgent(({ name }) =>
    name === 'guest-exec' ? { return: { pid: 1 } } : { return: { exited: true, ...status } },
  );
  return { agent, programs: new GuestPrograms(agent.client) };
}

/** The command line with which the agent is asked to start a program. */
async function startedWith(argv: readonly string[], options: ExecOptions): Promise<unknown[]> {
  const { agent, programs } = programsThat({ exitcode: 0 });
  await programs.exec(argv, options);
  const args = agent.commands.find(({ name }) => name === 'guest-exec')?.args;
  return [args?.['path'], ...[args?.['arg']].flat()];
}

describe('a program’s end', () => {
  it('is its status and what it wrote', async () => {
    const { programs } = programsThat({
      exitcode: 3,
      'out-data': base64('o'),
      'err-data': base64(Uint8Array.of(0, 255)),
    });
    const { status, stdout, stderr } = await programs.exec(['ls']);
    expect([status, textOf(stdout), [...stderr]]).toEqual([3, 'o', [0, 255]]);
  });

  it.each([
    [{ signal: 9 }, 137],
    [{ signal: 15 }, 143],
    [{ exitcode: 0 }, 0],
    [{ exitcode: 255 }, 255],
    [{}, 0],
  ])('%j has the status %i, as shells have it', async (end, status) => {
    expect((await programsThat(end).programs.exec(['ls'])).status).toBe(status);
  });

  it.each(['out-truncated', 'err-truncated'])('with %s is an error: nobody gets a part for the whole', async (mark) => {
    const { programs } = programsThat({ exitcode: 0, [mark]: true });
    expect(await failureOf(programs.exec(['cat', 'x']))).toEqual({
      code: 'guest/output-too-large',
      data: { command: 'cat', limit: 16 * 1024 * 1024 },
    });
  });

  it.each([
    [127, 'env: ‘nope’: No such file or directory\n', '‘nope’: No such file or directory'],
    [126, '/usr/bin/env: ‘/etc’: Permission denied\n', '‘/etc’: Permission denied'],
    [125, 'env: cannot change directory to ‘/no’: No such file or directory\n', /^cannot change directory/],
    [127, 'setsid: failed to execute x: No such file or directory\n', /failed to execute/],
  ])(
    'with status %i and the words %j is no end but a program that was not started',
    async (exitcode, words, detail) => {
      const { programs } = programsThat({ exitcode, 'err-data': base64(words) });
      const failure = await failureOf(programs.exec(['nope']));
      expect(failure).toMatchObject({ code: 'guest/exec-failed', data: { command: 'nope' } });
      expect(failure.data['detail']).toMatch(detail);
    },
  );

  it('with such a status but other words is the program’s own', async () => {
    const { programs } = programsThat({ exitcode: 127, 'err-data': base64('sh: 1: nope: not found\n') });
    expect((await programs.exec(['sh'])).status).toBe(127);
  });

  it('told in something that is no base64 is an error with a code', async () => {
    const { programs } = programsThat({ exitcode: 0, 'out-data': '***' });
    expect(await failureOf(programs.exec(['ls']))).toMatchObject({ code: 'guest/exec-failed' });
  });
});

describe('a program’s start', () => {
  it('is in a session of its own, so that it can be ended with all that it started', async () => {
    expect(await startedWith(['ls', '-l'], {})).toEqual(['/usr/bin/setsid', '/usr/bin/env', '--', 'ls', '-l']);
  });

  it('takes its folder and its environment along', async () => {
    const started = await startedWith(['ls'], { cwd: '/tmp/a b', env: { A: 'b c', EMPTY: '' } });
    expect(started.slice(2)).toEqual(['--chdir=/tmp/a b', '--', 'A=b c', 'EMPTY=', 'ls']);
  });

  it('takes no name of a variable for an option', async () => {
    const started = await startedWith(['ls'], { env: { '-u': 'PATH' } });
    expect(started.slice(2)).toEqual(['--', '-u=PATH', 'ls']);
  });

  it.each([[[]], [['']]])('of %j is none', async (argv) => {
    const { agent, programs } = programsThat({});
    expect(await failureOf(programs.exec(argv))).toMatchObject({ code: 'guest/exec-failed' });
    expect(agent.commands).toEqual([]);
  });

  it('gives its input as bytes', async () => {
    const { agent, programs } = programsThat({ exitcode: 0 });
    const stdin = Uint8Array.from({ length: 10_000 }, (_, i) => i);
    await programs.exec(['cat'], { stdin });
    expect(agent.commands[1]?.args['input-data']).toBe(base64(stdin));
  });

  it('gives no input larger than a serial line can carry', async () => {
    const { agent, programs } = programsThat({ exitcode: 0 });
    const limit = 1024 * 1024;
    expect(await failureOf(programs.exec(['cat'], { stdin: new Uint8Array(limit + 1) }))).toEqual({
      code: 'guest/input-too-large',
      data: { size: limit + 1, limit },
    });
    expect(agent.commands).toEqual([]);
  });
});

describe('a list of processes', () => {
  it('comes from ps', async () => {
    const { programs } = programsThat({ exitcode: 0, 'out-data': base64('  1  0 Ss  100 init\n') });
    const init = { pid: 1, parent: 0, state: 'Ss', memory: 102_400, command: 'init' };
    expect(await programs.processes()).toEqual([init]);
  });
});

describe('a machine that is renewed', () => {
  it('gets 32 random bytes, others each time, and is told whether it is a new one', async () => {
    const { agent, programs } = programsThat({ exitcode: 0 });
    await programs.renew('new');
    await programs.renew('kept');
    const starts = agent.commands.filter(({ name }) => name === 'guest-exec').map(({ args }) => args);
    expect(starts.map(({ path, arg }) => [path, arg].flat())).toEqual([
      ['/usr/lib/portolan/renew', 'new'],
      ['/usr/lib/portolan/renew', 'kept'],
    ]);
    const seeds = starts.map((args) => Buffer.from(String(args['input-data']), 'base64'));
    expect(seeds.map(({ length }) => length)).toEqual([32, 32]);
    expect(seeds[0]?.equals(seeds[1] ?? new Uint8Array())).toBe(false);
  });

  it.each([
    [{ exitcode: 1, 'err-data': base64('add: Operation not permitted\n') }, 'add: Operation not permitted'],
    [{ exitcode: 3 }, 'status 3'],
  ])('and answers %j is said to have what others have', async (end, detail) => {
    const failure = await failureOf(programsThat(end).programs.renew('new'));
    expect(failure.code).toBe('guest/not-renewed');
    expect(failure.data?.['detail']).toBe(detail);
  });

  it('and has no program for it is said to have what others have', async () => {
    const agent = new ScriptedAgent(() => ({ error: { class: 'GenericError', desc: 'No such file' } }));
    const failure = await failureOf(new GuestPrograms(agent.client).renew('kept'));
    expect(failure.code).toBe('guest/not-renewed');
    expect(failure.data?.['detail']).toContain('No such file');
  });
});
