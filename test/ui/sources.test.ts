import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import type { Source } from '#ports/sources.ts';
import { completeAddress } from '#ui/models/add-source-model.ts';
import { failingWords, healthOf, readWords } from '#ui/models/source-words.ts';
import { source } from './fake-sources.ts';
import { settle } from './fakes.ts';
import { openApp } from './open-app.ts';

const OWN = source({ url: 'https://own.example/catalog.json', name: 'This server', embedded: true, priority: 0 });
const HARBOUR = source({ url: 'https://harbour.example/catalog.json', name: 'Harbour', priority: 1 });
const LAB = source({ url: 'https://lab.example/catalog.json', name: 'Lab', priority: 2 });

async function open() {
  const parts = openApp(({ portolan }) => (portolan.sources.all = [OWN, HARBOUR, LAB]));
  await settle();
  return { ...parts, sources: parts.app.sources, fake: parts.portolan.sources };
}

const names = (list: readonly Source[]) => list.map(({ name }) => name);

describe('the sources', () => {
  it('are shown in the user’s order, and followed', async () => {
    const { sources, fake } = await open();
    expect(names(sources.list)).toEqual(['This server', 'Harbour', 'Lab']);
    fake.set([OWN]);
    await settle();
    expect(names(sources.list)).toEqual(['This server']);
  });

  it('move up and down, but not out of the list, and a screen reader hears where to', async () => {
    const { sources, fake } = await open();
    await sources.move(LAB, -1);
    expect(names(sources.list)).toEqual(['This server', 'Lab', 'Harbour']);
    expect(sources.announcement.value).toBe('Lab is now at place 2 of 3.');
    await sources.move(OWN, -1);
    await sources.move(HARBOUR, 1);
    expect(fake.asked).toHaveLength(1);
  });

  it('are switched off and on', async () => {
    const { sources } = await open();
    await sources.setEnabled(HARBOUR, false);
    expect(names(sources.enabled.value)).toEqual(['This server', 'Lab']);
    expect(sources.announcement.value).toBe('Harbour is off.');
  });

  it('are asked again, one or all', async () => {
    const { sources, fake } = await open();
    await sources.refresh(LAB);
    await sources.refresh();
    expect(fake.asked).toEqual([`refresh ${LAB.url}`, 'refresh']);
  });

  it('are removed only after the user said so', async () => {
    const { sources, fake } = await open();
    sources.ask('remove', HARBOUR);
    sources.cancel();
    await sources.remove();
    expect(fake.asked).toEqual([]);
    sources.ask('remove', HARBOUR);
    await sources.remove();
    expect(names(sources.list)).toEqual(['This server', 'Lab']);
    expect(sources.question.value).toBeUndefined();
  });

  it('get another name, but no empty one', async () => {
    const { sources, fake } = await open();
    sources.ask('rename', LAB);
    await sources.rename('  ');
    sources.ask('rename', LAB);
    await sources.rename(' Laboratory ');
    expect(fake.asked).toEqual([`update ${LAB.url} {"name":"Laboratory"}`]);
    expect(sources.nameOf(LAB.url)).toBe('Laboratory');
  });

  it('tell at the source what failed, until it is put away', async () => {
    const { sources, fake, shell } = await open();
    fake.failure = new AppError('storage/unavailable', { detail: 'locked' });
    await sources.setEnabled(HARBOUR, false);
    expect(sources.failureOf(HARBOUR.url)?.code).toBe('storage/unavailable');
    expect(shell.reported).toHaveLength(1);
    sources.dismiss(HARBOUR.url);
    expect(sources.failureOf(HARBOUR.url)).toBeUndefined();
  });

  it('that could not be listed can be tried again', async () => {
    const { app, portolan } = openApp(({ portolan }) => {
      portolan.sources.failure = new AppError('storage/unavailable', { detail: 'locked' });
    });
    await settle();
    expect(app.sources.state.value).toMatchObject({ name: 'failed', error: { code: 'storage/unavailable' } });
    portolan.sources.all = [OWN];
    await app.sources.retry();
    expect(app.sources.list).toEqual([OWN]);
  });

  it('that are unknown are called by their host', async () => {
    const { sources } = await open();
    expect(sources.nameOf('https://else.example:8443/a/catalog.json')).toBe('else.example:8443');
    expect(sources.nameOf('no address')).toBe('no address');
  });
});

describe('adding a source', () => {
  it('reads it first, and closes the dialog', async () => {
    const { sources, fake } = await open();
    sources.adding.open();
    const added = sources.adding.add(' new.example/containers/ ', ' RWQ ');
    expect(sources.adding.state.value.name).toBe('reading');
    await added;
    await settle();
    expect(sources.adding.state.value.name).toBe('closed');
    expect(fake.asked).toEqual(['add https://new.example/containers/']);
    expect(sources.list.at(-1)?.url).toBe('https://new.example/containers/');
  });

  it('leaves the dialog open with the reason when it cannot be read', async () => {
    const { sources, fake } = await open();
    sources.adding.open();
    fake.failure = new AppError('source/not-found', { url: 'https://new.example', status: 404 });
    await sources.adding.add('new.example');
    expect(sources.adding.state.value).toMatchObject({ name: 'open', error: { code: 'source/not-found' } });
    expect(sources.list).toHaveLength(3);
  });

  it('can be called off while it reads', async () => {
    const { sources, fake } = await open();
    let aborted = false;
    fake.add = (_url, _settings, options) =>
      new Promise<never>((_, reject) => {
        options?.signal?.addEventListener('abort', () => {
          aborted = true;
          reject(new DOMException('called off', 'AbortError'));
        });
      });
    sources.adding.open();
    const added = sources.adding.add('slow.example');
    sources.adding.close();
    await added;
    expect([aborted, sources.adding.state.value.name]).toEqual([true, 'closed']);
  });

  it.each([
    ['https://a.example/catalog.json', 'https://a.example/catalog.json'],
    ['  a.example/x ', 'https://a.example/x'],
    ['localhost:8080', 'http://localhost:8080'],
    ['apps.portolan.localhost:4173/catalog/', 'http://apps.portolan.localhost:4173/catalog/'],
    ['127.0.0.1:9000/catalog.json', 'http://127.0.0.1:9000/catalog.json'],
    ['localhost.example', 'https://localhost.example'],
    ['ftp://a.example', 'ftp://a.example'],
  ])('understands %j as %j', (typed, address) => expect(completeAddress(typed)).toBe(address));
});

describe('how a source does', () => {
  const now = Date.UTC(2025, 10, 21, 12);
  const error = new AppError('source/unreachable', { url: HARBOUR.url, detail: 'refused' }).toRecord();

  it('is said by what matters most', () => {
    const failing = { ...HARBOUR, health: { ...HARBOUR.health, error } };
    expect(healthOf(HARBOUR)).toBe('answers');
    expect(healthOf(failing)).toBe('fails');
    expect(healthOf({ ...failing, signature: { name: 'refused', error } })).toBe('refused');
    expect(healthOf({ ...failing, enabled: false })).toBe('off');
    expect(healthOf({ ...HARBOUR, readAt: undefined })).toBe('unread');
  });

  it('is said with its ages and waits', () => {
    const readAt = now - 2 * 3600_000;
    const health = { latency: 40, failures: 3, error, retryAt: now + 42_000 };
    const failing = { ...HARBOUR, readAt, stale: true, health };
    expect(failingWords(failing, now)).toBe('Last answer 2 hr. ago, 3 failures since; tried again in 42 s');
    expect(failingWords({ ...failing, readAt: undefined }, now + 60_000)).toBe(
      'It has never answered, 3 failures since; tried again soon',
    );
    expect(readWords(failing, now)).toBe('as it was 2 hr. ago');
    expect(readWords({ ...failing, stale: false }, readAt)).toBe('read just now');
  });
});
