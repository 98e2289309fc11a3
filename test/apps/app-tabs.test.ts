import { describe, expect, it } from 'vitest';
import type { ReloadApps } from '#rpc/index.ts';
import { AppTabs } from '../../apps/sw/app-tabs.ts';
import { belowShell } from '../../apps/sw/place.ts';

const SHELL = 'https://host.example/';
const PLACE = belowShell({ location: new URL('app-sw.js', SHELL) });

/** Tabs at these addresses; one at `/stuck` is one that nobody may move. */
function tabsAt(paths: readonly string[]) {
  const moved: string[] = [];
  const navigate = async (url: string): Promise<null> => {
    if (url.endsWith('/stuck')) throw new TypeError('it is not mine');
    moved.push(url);
    return null;
  };
  const windows = paths.map((path) => ({ url: new URL(path, SHELL).href, navigate }));
  const tabs = new AppTabs({ clients: { matchAll: async () => windows } }, PLACE);
  const ask = async (message: ReloadApps, from = SHELL): Promise<unknown> => {
    const replies: unknown[] = [];
    const reply = { postMessage: (count: unknown) => void replies.push(count) };
    await tabs.answer({ data: message, source: { url: from, frameType: 'top-level' }, ports: [reply] });
    return replies[0];
  };
  return { moved, ask };
}

describe('tabs that show an app', () => {
  it('are loaded anew, by whatever name they show it, and counted', async () => {
    const { moved, ask } = tabsAt(['app/isle/8000/', 'app/isle/shop/a?b', 'app/isle/80/', 'app/other/8000/', '.']);
    expect(await ask({ type: 'RELOAD_APPS', machine: 'isle', apps: ['8000', 'shop'] })).toBe(2);
    expect(moved).toEqual([`${SHELL}app/isle/8000/`, `${SHELL}app/isle/shop/a?b`]);
  });

  it('are all of a machine’s where no app is named, but for those that cannot be', async () => {
    const { ask } = tabsAt(['app/isle/8000/', 'app/isle/80/stuck', 'app/other/80/']);
    expect(await ask({ type: 'RELOAD_APPS', machine: 'isle' })).toBe(1);
  });

  it('stay when a guest’s page asks', async () => {
    const { moved, ask } = tabsAt(['app/isle/8000/']);
    const answer = await ask({ type: 'RELOAD_APPS', machine: 'isle' }, `${SHELL}app/other/80/`);
    expect([answer, moved]).toEqual([undefined, []]);
  });
});
