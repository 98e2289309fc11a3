import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureOf } from '../support/failure.ts';
import { programScript, ScriptedAgent } from './support/scripted-agent.ts';

const SILENT = { code: 'guest/agent-silent', data: { seconds: 30 } };

/** Waits for the end of `work` while time passes as fast as it can. */
async function hurried<T>(work: Promise<T>): Promise<T> {
  const state = { over: false };
  const watched = work.finally(() => (state.over = true));
  watched.catch(() => undefined);
  for (let i = 0; i < 5000 && !state.over; i++) await vi.advanceTimersByTimeAsync(20);
  return watched;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the agent’s client', () => {
  it('greets before the first command, and only then', async () => {
    const agent = new ScriptedAgent(() => ({ return: 5 }));
    expect(await agent.client.command('guest-ping')).toBe(5);
    await agent.client.command('guest-ping');
    expect(agent.commands.map(({ name }) => name)).toEqual(['guest-sync-delimited', 'guest-ping', 'guest-ping']);
  });

  it('asks one thing after the other', async () => {
    const agent = new ScriptedAgent(() => undefined);
    const answers = ['a', 'b', 'c'].map((name) => agent.client.command(name));
    for (const answer of [1, 2, 3]) {
      await vi.advanceTimersByTimeAsync(10);
      expect(agent.asked).toHaveLength(answer);
      agent.reply(answer);
    }
    expect(await Promise.all(answers)).toEqual([1, 2, 3]);
  });

  it('passes over what is no answer', async () => {
    const agent = new ScriptedAgent(() => undefined);
    const answer = agent.client.command('guest-ping');
    await vi.advanceTimersByTimeAsync(10);
    agent.say('qemu-ga: warning\r\n\n{"event": 1}\n');
    agent.reply('the answer');
    expect(await answer).toBe('the answer');
  });

  it('passes on what the agent says went wrong', async () => {
    const agent = new ScriptedAgent(() => ({ error: { class: 'CommandNotFound', desc: 'no such command' } }));
    expect(await failureOf(agent.client.command('guest-sing'))).toEqual({
      code: 'guest/exec-failed',
      data: { command: 'guest-sing', detail: 'no such command' },
    });
    expect(await failureOf(agent.client.command('guest-sing'))).toMatchObject({ code: 'guest/exec-failed' });
  });

  it('waits for an agent that opens its line late, and takes none of its late greetings for an answer', async () => {
    const agent = new ScriptedAgent(({ name }) => ({ return: name }));
    agent.sleep();
    const answer = agent.client.command('guest-ping');
    await vi.advanceTimersByTimeAsync(5500);
    agent.wake();
    expect(await hurried(answer)).toBe('guest-ping');
    expect(await hurried(agent.client.command('guest-info'))).toBe('guest-info');
  });

  it('gives up on an agent that never opens its line', async () => {
    const agent = new ScriptedAgent(() => ({ return: 1 }));
    agent.sleep();
    expect(await hurried(failureOf(agent.client.command('guest-ping')))).toEqual(SILENT);
  });

  it('gives up on an answer that does not come, and takes it for no other’s when it comes late', async () => {
    const agent = new ScriptedAgent(({ name }) => (name === 'slow' ? undefined : { return: name }));
    expect(await hurried(failureOf(agent.client.command('slow')))).toEqual(SILENT);
    const next = agent.client.command('guest-ping');
    agent.reply('late answer of slow');
    expect(await hurried(next)).toBe('guest-ping');
  });

  it('does not give up while the machine stands still', async () => {
    const agent = new ScriptedAgent(() => undefined);
    const answer = agent.client.command('guest-ping');
    await vi.advanceTimersByTimeAsync(10);
    agent.running = false;
    await vi.advanceTimersByTimeAsync(600_000);
    agent.running = true;
    await vi.advanceTimersByTimeAsync(20_000);
    agent.reply(1);
    expect(await answer).toBe(1);
  });

  it('does not give up while an answer of many bytes is coming', async () => {
    const agent = new ScriptedAgent(() => undefined);
    const answer = agent.client.command('guest-exec-status');
    await vi.advanceTimersByTimeAsync(10);
    agent.say('{"return": "');
    for (let i = 0; i < 20; i++) {
      agent.say('x'.repeat(1000));
      await vi.advanceTimersByTimeAsync(10_000);
    }
    agent.say('"}\n');
    expect(await answer).toBe('x'.repeat(20_000));
  });

  it('does not give up while the guest is taking a long question', async () => {
    const agent = new ScriptedAgent(() => undefined);
    const answer = agent.client.command('guest-exec');
    await vi.advanceTimersByTimeAsync(10);
    for (agent.pending = 20; agent.pending > 0; agent.pending--) await vi.advanceTimersByTimeAsync(10_000);
    agent.reply(1);
    expect(await answer).toBe(1);
  });

  it('does not go on asking when the machine has ended', async () => {
    const agent = new ScriptedAgent(() => undefined);
    const waiting = [agent.client.command('one'), agent.client.command('two')].map((each) => failureOf(each));
    await vi.advanceTimersByTimeAsync(10);
    agent.client.dispose();
    const ended = { code: 'machine/not-running', data: { state: 'stopped', action: 'answer' } };
    expect(await hurried(Promise.all(waiting))).toEqual([ended, ended]);
    expect(await hurried(failureOf(agent.client.command('three')))).toEqual(ended);
    expect(agent.asked).toEqual(['one']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a program', () => {
  it('is looked at until it has ended', async () => {
    const agent = new ScriptedAgent(programScript(4));
    const status = await hurried(agent.client.run(['ls', '-l'], undefined));
    expect(status).toMatchObject({ exitcode: 7, 'out-data': 'b3V0' });
    expect(agent.commands[1]?.args).toEqual({ path: 'ls', arg: ['-l'], 'capture-output': true });
    expect(agent.asked.filter((name) => name === 'guest-exec-status')).toHaveLength(5);
  });

  it('may run for longer than an answer may take', async () => {
    const agent = new ScriptedAgent(programScript(600));
    expect(await hurried(agent.client.run(['sleep', '400'], undefined))).toMatchObject({ exited: true });
  });

  it.each([
    [
      'that is cancelled is asked to end, with all that it started, and the caller gets the own reason',
      programScript(Infinity),
    ],
    ['that does not want to end is ended', programScript(Infinity, ['-KILL'])],
  ])('%s', async (_, script) => {
    const agent = new ScriptedAgent(script);
    const caller = new AbortController();
    const run = agent.client.run(['sleep', '1000'], undefined, { signal: caller.signal });
    run.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(500);
    caller.abort(new Error('enough'));
    await expect(hurried(run)).rejects.toThrow('enough');
    const kills = agent.commands.filter(({ args }) => args['path'] === '/bin/kill').map(({ args }) => args['arg']);
    expect(kills).toEqual([
      ['-TERM', '--', '-42'],
      ['-KILL', '--', '-42'],
    ]);
  });

  it('that was cancelled before it began is not started', async () => {
    const agent = new ScriptedAgent(programScript(0));
    const signal = AbortSignal.abort(new Error('never'));
    await expect(agent.client.run(['ls'], undefined, { signal })).rejects.toThrow('never');
    expect(agent.commands).toEqual([]);
  });

  it.each([{ return: {} }, { return: { pid: 'x' } }, { return: null }])(
    'of which the agent says %j is an error',
    async (answer) => {
      const agent = new ScriptedAgent(() => answer);
      expect(await hurried(failureOf(agent.client.run(['ls'], undefined)))).toMatchObject({
        code: 'guest/exec-failed',
      });
    },
  );
});
