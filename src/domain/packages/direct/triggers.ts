import type { TriggerLine } from '../trigger-lines.ts';
import type { UnpackRules } from './rules.ts';

/** What dpkg keeps of a package's interests: files of its folder `triggers`, and the line that is added to each. */
export function interestsOf(lines: readonly TriggerLine[], name: string): [file: string, line: string][] {
  return lines
    .filter(({ kind }) => kind === 'interest')
    .map(({ trigger, isAwaited }) => {
      const who = isAwaited ? name : `${name}/noawait`;
      return trigger.startsWith('/') ? ['File', `${trigger} ${who}`] : [trigger, who];
    });
}

/**
 * The triggers that unpacking a package sets off.
 * @param list the package's paths, as dpkg lists them
 */
export function activatedBy(lines: readonly TriggerLine[], list: readonly string[], rules: UnpackRules): Set<string> {
  const byFiles = rules.fileTriggers.filter((path) =>
    list.some((each) => each === path || each.startsWith(`${path}/`)),
  );
  return new Set([...lines.filter(({ kind }) => kind === 'activate').map(({ trigger }) => trigger), ...byFiles]);
}
