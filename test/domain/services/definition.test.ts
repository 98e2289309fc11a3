import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findConflicts,
  formatEnvironment,
  parseEnvironment,
  parseServiceDefinition,
  serviceFiles,
  toArguments,
  withEnvironment,
  withPort,
} from '#domain/services/index.ts';
import { runningService } from '../../ui/fake-services.ts';

const WEB = {
  name: 'web',
  description: 'Pages',
  run: 'exec serve --port "$PORT"',
  ports: [3000, 3001],
  environment: { PORT: '3000', GREETING: 'a = b' },
  health: { port: 3000, path: '/up?full' },
  package: 'nodejs',
};

const files = (definition: unknown) =>
  new Map(serviceFiles(parseServiceDefinition(definition)).map((file) => [file.path, file]));

describe('the definition of a service', () => {
  it('is filled in where something is left out', () => {
    expect(parseServiceDefinition({ name: 'x', run: 'exec x' })).toEqual({
      name: 'x',
      run: 'exec x',
      description: '',
      ports: [],
      environment: {},
    });
    expect(parseServiceDefinition(WEB)).toEqual(WEB);
  });

  it.each([
    ['no object', null, 'Invalid type'],
    ['a name that leads out of the folder', { ...WEB, name: '../x' }, 'its name'],
    ['a hidden name', { ...WEB, name: '.x' }, 'its name'],
    ['no script', { ...WEB, run: ' \n' }, 'it has no script'],
    ['a port that is none', { ...WEB, ports: [0] }, 'its ports have to be whole numbers from 1 to 65535'],
    ['a description of two lines', { ...WEB, description: 'a\nb' }, 'its description'],
    ['a health check without a path', { ...WEB, health: { port: 80, path: 'up' } }, 'has to begin with /'],
    ['a package that is none', { ...WEB, package: 'Node JS' }, 'its package'],
    ['a script too long to be handed over', { ...WEB, run: 'x'.repeat(70_000) }, 'run'],
  ])('with %s is refused, with the reason', (_, definition, detail) => {
    expect(() => parseServiceDefinition(definition)).toThrow(
      expect.objectContaining({ code: 'services/invalid', message: expect.stringContaining(detail) }),
    );
  });

  it('follows to another port, with its environment and its health check', () => {
    expect(withPort(WEB, 3000, 8080)).toMatchObject({
      ports: [8080, 3001],
      environment: { PORT: '8080', GREETING: 'a = b' },
      health: { port: 8080, path: '/up?full' },
    });
    expect(withEnvironment(WEB, { PORT: '4000' })).toMatchObject({
      ports: [4000, 3001],
      environment: { PORT: '4000' },
    });
    for (const PORT of ['', 'x', '0', '70000'])
      expect(withEnvironment(WEB, { PORT })).toMatchObject({ ports: [3000, 3001], environment: { PORT } });
    expect(withPort(WEB, 3001, 8081)).toMatchObject({ ports: [3000, 8081], environment: WEB.environment });
  });
});

describe('the files of a service', () => {
  it('are its script as it is, a run script around it, and what lists it again', () => {
    const all = files(WEB);
    expect(all.get('start')?.content).toBe('#!/bin/sh\nexec serve --port "$PORT"');
    expect(files({ ...WEB, run: '#!/usr/bin/env node\n1' }).get('start')?.content).toBe('#!/usr/bin/env node\n1');
    expect(all.get('run')?.content).toContain('exec chpst -P -e ./env ./start');
    expect(all.get('log/run')?.content).toContain('svlogd -tt /var/log/runit/web');
    expect(all.get('env/GREETING')?.content).toBe('a = b\n');
    expect(JSON.parse(all.get('portolan.json')?.content ?? '')).toEqual({
      description: 'Pages',
      ports: [3000, 3001],
      health: WEB.health,
      package: 'nodejs',
    });
    const programs = [...all.values()].filter(({ isProgram }) => isProgram).map(({ path }) => path);
    expect(programs).toEqual(['start', 'run', 'finish', 'log/run']);
    expect(toArguments([...all.values()]).slice(0, 2)).toEqual(['x', 'start']);
  });
});

describe('an environment', () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/).filter((each) => each !== '__proto__');
  const value = fc.string({ unit: 'grapheme' }).filter((each) => !/[\n\r\0]/.test(each) && each === each.trimEnd());

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(fc.dictionary(name, value), (environment) => {
        expect(parseEnvironment(formatEnvironment(environment))).toEqual({ ...environment });
      }),
    );
  });

  it('may have empty lines and blanks around, and values with =', () => {
    expect(parseEnvironment('\n  A=1 \r\n\nB=x=y\nC=\n')).toEqual({ A: '1', B: 'x=y', C: '' });
  });

  it.each(['A', '=1', '1A=2', 'A B=2', 'A=1\nA=2'])('of %j is refused', (text) => {
    expect(() => parseEnvironment(text)).toThrow(expect.objectContaining({ code: 'services/bad-environment' }));
  });

  it('has no values that a program would not get as they are', () => {
    for (const bad of ['a\nb', 'a ', 'a\0b']) {
      expect(() => parseServiceDefinition({ ...WEB, environment: { A: bad } })).toThrow(/the value of A/);
    }
  });
});

describe('the port of a service', () => {
  const services = [
    runningService({ ports: [8000] }),
    runningService({ name: 'asleep', ports: [9000], state: { name: 'stopped' } }),
  ];
  const listening = [
    { port: 8000, reachable: true },
    { port: 80, reachable: false },
  ];

  const conflicts = (ports: number[], name = 'web') => findConflicts({ name, ports }, { services, listening });

  it('may be claimed by another service, even one that is stopped, or be listened on', () => {
    expect(conflicts([7000])).toEqual([]);
    expect(conflicts([7000, 9000])).toEqual([{ kind: 'port', port: 9000, service: 'asleep', free: 9001 }]);
    expect(conflicts([80, 8000])).toEqual([
      { kind: 'port', port: 80, service: undefined, free: 8080 },
      { kind: 'port', port: 8000, service: 'isle', free: 8001 },
    ]);
    expect(conflicts([8000], 'isle')).toEqual([{ kind: 'name' }]);
  });

  it('has another one that is free as long as there is one, and never one that it wants itself', () => {
    expect(conflicts([9000, 9001])).toEqual([{ kind: 'port', port: 9000, service: 'asleep', free: 9002 }]);
    expect(conflicts([8000, 80, 9000]).map((each) => each.kind === 'port' && each.free)).toEqual([8001, 8080, 9001]);
    const one = { services: [], listening: [5, 6].map((port) => ({ port: port + 2000, reachable: true })) };
    expect(findConflicts({ name: 'x', ports: [2005, 2006] }, one)).toMatchObject([{ free: 2007 }, { free: 2008 }]);
    const busy = { services: [], listening: [{ port: 32_767, reachable: true }] };
    expect(findConflicts({ name: 'x', ports: [32_767] }, busy)).toMatchObject([{ free: undefined }]);
  });
});
