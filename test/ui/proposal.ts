import type { Plan } from '#domain/packages/index.ts';
import type { Proposal } from '#domain/packages/install/index.ts';

/** A proposal that nothing stands in the way of. */
export function proposalOf(plan: Plan): Proposal {
  const unpacking = { config: '', diversions: '', overrides: '', fileTriggers: '', updates: '' };
  const none = { absent: [], noFolders: [] };
  return {
    kind: 'proposal',
    plan,
    conflicts: [],
    methods: new Map(),
    conditions: { unpacking, places: none, inShort: none, isAnyOrder: true },
    extendedStates: '',
    room: { free: 2 ** 30, needed: 0 },
  };
}
