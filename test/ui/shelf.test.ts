import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import { FakeMachine } from './fake-machine.ts';
import { listing, settle } from './fakes.ts';
import { openApp, type Parts } from './open-app.ts';

function open(set: (parts: Parts) => void = () => {}) {
  return openApp((parts) => {
    parts.portolan.listings = [listing({ id: 'base', title: 'Debian base' })];
    set(parts);
  });
}

describe('the shelf', () => {
  it('shows what the catalog has, and follows it', async () => {
    const { app, portolan } = open();
    expect(app.catalog.state.value.name).toBe('loading');
    await settle();
    expect(app.catalog.state.value).toMatchObject({ name: 'ready', value: [{ local: { name: 'absent' } }] });

    portolan.setListings([listing({ id: 'base' }, { name: 'offline-ready' })]);
    await settle();
    expect(app.catalog.state.value).toMatchObject({ name: 'ready', value: [{ local: { name: 'offline-ready' } }] });
  });

  it('reserves as many places as it had cards last time', async () => {
    const { app, environment } = open(({ environment }) => environment.stored.set('portolan.shelf-size', '4'));
    expect(app.catalog.expected).toBe(4);
    await settle();
    expect(environment.stored.get('portolan.shelf-size')).toBe('1');
  });

  it.each(['nonsense', '-3', '1e9', ''])('is not misled by a remembered size of %j', (text) => {
    const { app } = open(({ environment }) => environment.stored.set('portolan.shelf-size', text));
    expect(app.catalog.expected).toBeGreaterThanOrEqual(1);
    expect(app.catalog.expected).toBeLessThanOrEqual(12);
  });

  it('says why there is no catalog, and tries again when asked', async () => {
    const { app, portolan, shell } = open(({ portolan }) => {
      portolan.catalogFailure = new AppError('source/http-status', { url: 'https://a.example', status: 503 });
    });
    await settle();
    expect(app.catalog.state.value).toMatchObject({ name: 'failed', error: { code: 'source/http-status' } });
    expect(shell.reported).toEqual([portolan.catalogFailure]);

    portolan.catalogFailure = undefined;
    const retried = app.catalog.retry();
    expect(app.catalog.state.value.name).toBe('loading');
    await retried;
    expect(app.catalog.state.value.name).toBe('ready');
  });

  it('keeps the cards when a refresh fails', async () => {
    const { app, portolan, shell } = open();
    await settle();
    portolan.catalogFailure = new AppError('source/unreachable', { url: 'https://a.example', detail: 'offline' });
    portolan.setListings([]);
    await settle();
    expect(app.catalog.state.value).toMatchObject({ name: 'ready', value: [{ entry: { id: 'base' } }] });
    expect(shell.reported).toHaveLength(1);
  });
});

describe('booting', () => {
  it('makes a machine and goes to it', async () => {
    const { app, portolan } = open();
    await app.boots.boot('base', { from: 'disk' });
    expect(portolan.boots).toEqual([{ ref: 'base', options: { from: 'disk' } }]);
    expect(app.view.value).toMatchObject({ name: 'machine', machine: { title: 'Debian base' } });
    expect(app.title.value).toBe('Debian base · Portolan');
    expect(app.boots.isPending('base')).toBe(false);
  });

  it('does not boot twice for a double click', async () => {
    const { app, portolan } = open();
    await Promise.all([app.boots.boot('base'), app.boots.boot('base')]);
    expect(portolan.boots).toHaveLength(1);
  });

  it('shows the error at the card until it is put away, and stays on the shelf', async () => {
    const { app, shell } = open(({ portolan }) => {
      portolan.bootFailure = new AppError('container/offline', { title: 'Debian base' });
    });
    await app.boots.boot('base');
    expect(app.boots.failureOf('base')?.code).toBe('container/offline');
    expect(app.view.value.name).toBe('shelf');
    expect(shell.reported).toHaveLength(1);

    app.boots.dismiss('base');
    expect(app.boots.failureOf('base')).toBeUndefined();
  });

  it('is refused with the reason where there is no WebAssembly', () => {
    const { app, shell } = open();
    expect(app.shell.canBoot).toBe(true);
    shell.change({ limitation: { code: 'app/no-webassembly', data: {} } });
    expect(app.shell.canBoot).toBe(false);
    shell.change({ limitation: { code: 'app/no-service-worker', data: { detail: 'private window' } } });
    expect(app.shell.canBoot).toBe(true);
  });
});

describe('the address', () => {
  it('of a machine that is not here is told apart from the shelf', () => {
    const { app, environment } = open();
    environment.go({ name: 'machine', id: 'gone' });
    expect(app.view.value).toEqual({ name: 'missing', id: 'gone' });
  });

  it('of a machine found later leads to it then', () => {
    const { app, environment, portolan } = open();
    environment.go({ name: 'machine', id: 'base-1' });
    portolan.setMachines([new FakeMachine('base-1', 'Debian base')]);
    expect(app.view.value).toMatchObject({ name: 'machine', machine: { id: 'base-1' } });
  });

  it('leads back to the shelf when the machine on view is removed', () => {
    const { app, environment, portolan } = open();
    portolan.setMachines([new FakeMachine('base-1', 'Debian base')]);
    environment.go({ name: 'machine', id: 'base-1' });
    portolan.setMachines([]);
    expect(app.view.value).toEqual({ name: 'shelf' });
  });
});

describe('what is opened', () => {
  it('is let go: no listener stays', async () => {
    const { app, portolan, shell } = open();
    const machine = new FakeMachine('base-1', 'Debian base');
    portolan.setMachines([machine]);
    await settle();
    app.dispose();
    expect([portolan.listeners.size, shell.listeners.size, machine.listeners.size]).toEqual([0, 0, 0]);
  });

  it('stays the same for a machine that stays, and is let go with one that leaves', () => {
    const { app, portolan } = open();
    const [first, second] = [new FakeMachine('a', 'A'), new FakeMachine('b', 'B')];
    portolan.setMachines([first, second]);
    const kept = app.machines.find('b');
    portolan.setMachines([second]);
    expect(app.machines.find('b')).toBe(kept);
    expect(first.listeners.size).toBe(0);
  });
});
