import { describe, expect, it } from 'vitest';
import { DebugModel } from '#ui/models/debug-model.ts';
import { formatReport } from '#ui/models/debug-report.ts';
import { PreferencesModel } from '#ui/models/preferences-model.ts';
import { FakeEnvironment } from './fake-environment.ts';
import { FakePortolan, FakeShell, settle } from './fakes.ts';

describe('the debug panel', () => {
  it('gathers what it shows when it opens, and copies it', async () => {
    const [shell, environment] = [new FakeShell(), new FakeEnvironment()];
    const debug = new DebugModel(shell, environment);
    await settle();
    expect(debug.diagnosis.value).toBeUndefined();

    environment.setDebug(true);
    await settle();
    expect(debug.diagnosis.value?.engine).toBe('v86 0.5.462');
    await debug.copy();
    expect(debug.copied.value).toBe(true);
    expect(environment.copied).toEqual([formatReport(shell.diagnosis)]);
    debug.close();
    expect(debug.open.value).toBe(false);
  });

  it('says why it cannot tell, and does not ask itself again for that', async () => {
    const [shell, environment] = [new FakeShell(), new FakeEnvironment()];
    shell.diagnose = () => Promise.reject(new Error('no caches'));
    shell.report = () => shell.change({});
    const debug = new DebugModel(shell, environment);
    environment.setDebug(true);
    await settle();
    expect(debug.problem.value?.code).toBe('app/unexpected');
  });

  it('says so when the clipboard is refused', async () => {
    const [shell, environment] = [new FakeShell(), new FakeEnvironment()];
    environment.copy = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    const debug = new DebugModel(shell, environment);
    await debug.refresh();
    await debug.copy();
    expect(debug.copied.value).toBe(false);
    expect(shell.reported).toHaveLength(1);
  });

  it('writes a report with everything in it', () => {
    const report = formatReport({
      build: '3f9c1a7',
      engine: 'v86 0.5.462',
      serviceWorker: 'activated',
      crossOriginIsolated: false,
      caches: [{ name: 'shell', entries: 24 }],
      quota: { usage: 182_000_000, total: 6_200_000_000, persisted: true },
      errors: [{ at: Date.UTC(2025, 0, 2), record: { code: 'rpc/closed', data: { peer: 'machine' } } }],
    });
    for (const part of [
      '3f9c1a7',
      'v86 0.5.462',
      'isolated: no',
      'shell: 24 entries',
      '182 MB of 6.2 GB',
      'kept for good',
    ]) {
      expect(report).toContain(part);
    }
    expect(report).toContain('2025-01-02T00:00:00.000Z rpc/closed The machine has been closed.');
  });
});

describe('the screen reader mode', () => {
  it('is remembered', () => {
    const { settings } = new FakeEnvironment();
    const preferences = new PreferencesModel(settings, new FakePortolan());
    expect(preferences.screenReader.value).toBe(false);
    preferences.toggleScreenReader();
    expect(new PreferencesModel(settings, new FakePortolan()).screenReader.value).toBe(true);
  });
});
