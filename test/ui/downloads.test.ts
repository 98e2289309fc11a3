import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors/index.ts';
import type { ContainerListing, Download, LocalState } from '#ports/portolan.ts';
import { shareHere, statusWords } from '#ui/models/listing-words.ts';
import { digest } from './digest.ts';
import { listing, settle } from './fakes.ts';
import { openApp } from './open-app.ts';

const STALLED = new AppError('source/stalled', { url: 'https://a.example', seconds: 15 }).toRecord();
const ABSENT: LocalState = { name: 'absent' };
const [{ entry }] = [listing({})];
const BASE = entry.manifest.digest;

function at(bytes: number, rate = 4_200_000): Download['progress'] {
  return { bytes, total: 62_000_000, rate, secondsLeft: rate > 0 ? (62_000_000 - bytes) / rate : undefined };
}

function withDownload(download: Download | undefined, local: LocalState = ABSENT): ContainerListing {
  return listing({}, local, { download });
}

async function open() {
  const parts = openApp(({ portolan }) => (portolan.listings = [withDownload(undefined)]));
  await settle();
  const show = async (shown: ContainerListing) => {
    parts.portolan.setListings([shown]);
    await settle();
  };
  return { ...parts, downloads: parts.app.downloads, show };
}

describe('a download', () => {
  it('begins at the user’s word, and is shown at once', async () => {
    const { downloads, portolan, show } = await open();
    await downloads.keep(BASE);
    expect(portolan.asked).toEqual([`keep ${BASE}`]);
    expect(downloads.isStarting(BASE)).toBe(true);
    await show(withDownload({ name: 'running', progress: at(0) }));
    expect(downloads.isStarting(BASE)).toBe(false);
  });

  it('is paused, goes on and is cancelled', async () => {
    const { downloads, portolan } = await open();
    await downloads.pause(BASE);
    await downloads.keep(BASE);
    await downloads.cancel(BASE);
    expect(portolan.asked).toEqual([`pause ${BASE}`, `keep ${BASE}`, `cancel ${BASE}`]);
    expect(downloads.isStarting(BASE)).toBe(false);
  });

  it('that is paused before it shows itself no longer starts', async () => {
    const { downloads } = await open();
    await downloads.keep(BASE);
    await downloads.pause(BASE);
    expect(downloads.isStarting(BASE)).toBe(false);
  });

  it('that cannot begin says why, until it is put away', async () => {
    const { downloads, portolan, shell } = await open();
    portolan.failure = new AppError('storage/full', { what: 'the container' });
    await downloads.keep(BASE);
    expect([downloads.isStarting(BASE), downloads.failureOf(BASE)?.code]).toEqual([false, 'storage/full']);
    expect(shell.reported).toHaveLength(1);
    downloads.dismiss(BASE);
    expect(downloads.failureOf(BASE)).toBeUndefined();
  });

  it('is heard of by a screen reader at quarters, at a pause and at its end', async () => {
    const { downloads, show } = await open();
    const heard = new Set<string>();
    for (let bytes = 0; bytes < 62_000_000; bytes += 2_000_000) {
      await show(withDownload({ name: 'running', progress: at(bytes) }));
      heard.add(downloads.announcement.value);
    }
    expect([...heard]).toEqual(['', ...[25, 50, 75].map((part) => `Debian base: ${part} percent downloaded.`)]);
    await show(withDownload({ name: 'paused', progress: at(50_000_000, 0) }));
    expect(downloads.announcement.value).toBe('The download of Debian base is paused.');
    await show(withDownload({ name: 'running', progress: at(61_000_000) }));
    await show(withDownload(undefined, { name: 'offline-ready' }));
    expect(downloads.announcement.value).toBe('Debian base is on this device, and boots offline.');
  });
});

describe('how a container stands', () => {
  const online = { online: true, starting: false };
  const words = (shown: ContainerListing, options = online): readonly string[] => {
    const { amount, state, tone } = statusWords(shown, options);
    return [amount, state, tone];
  };

  it.each<[string, ContainerListing, string[]]>([
    ['absent', listing({}), ['Downloads 62 MB', 'Not on this device', 'plain']],
    ['partial', listing({}, { name: 'partial', share: 0.439 }), ['62 MB', '43 % on this device', 'plain']],
    ['ready', listing({}, { name: 'offline-ready' }), ['62 MB', 'Works offline', 'ready']],
    [
      'with an update',
      listing({}, { name: 'update-available', here: digest('1'), version: '11', bytes: 14_000_000 }),
      ['The update downloads at most 14 MB', '11 works offline', 'ready'],
    ],
    [
      'running',
      withDownload({ name: 'running', progress: at(18_400_000) }),
      ['18.4 of 62.0 MB · 29 %', '4.2 MB/s · 11 s left', 'plain'],
    ],
    [
      'running without a speed',
      withDownload({ name: 'running', progress: at(0, 0) }),
      ['0.0 of 62.0 MB · 0 %', 'Downloading…', 'plain'],
    ],
    [
      'paused',
      withDownload({ name: 'paused', progress: at(31_000_000, 0) }),
      ['31.0 of 62.0 MB · 50 %', 'Paused', 'plain'],
    ],
    [
      'failed',
      withDownload({ name: 'failed', progress: at(31_000_000, 0), error: STALLED }),
      ['31.0 of 62.0 MB · 50 %', 'The download has stopped', 'caution'],
    ],
  ])('%s', (_, shown, expected) => expect(words(shown)).toEqual(expected));

  it('absent and offline is a matter for the network', () => {
    expect(words(listing({}), { ...online, online: false })).toEqual([
      'Downloads 62 MB',
      'Needs a connection',
      'caution',
    ]);
  });

  it('just asked for, before the download shows itself', () => {
    expect(words(listing({}), { ...online, starting: true })).toContain('Starting the download…');
  });

  it('fills its picture in as far as bytes are here', () => {
    const shares = [
      listing({}),
      listing({}, { name: 'partial', share: 0.25 }),
      withDownload({ name: 'paused', progress: at(31_000_000) }, { name: 'partial', share: 0.1 }),
      listing({}, { name: 'offline-ready' }),
      listing({}, { name: 'update-available', here: digest('1'), version: '11', bytes: 1 }),
    ].map((shown) => shareHere(shown));
    expect(shares).toEqual([0, 0.25, 0.5, 1, 1]);
  });
});
