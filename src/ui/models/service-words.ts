import type { Service, ServiceEnd, ServiceState } from '#domain/services/index.ts';
import { formatSeconds } from './format.ts';

/** A service's state in a word or two. */
export const SERVICE_LABELS: Readonly<Record<ServiceState['name'], string>> = {
  running: 'Running',
  failing: 'Failing',
  restarting: 'Starting again',
  stopping: 'Stopping',
  stopped: 'Stopped',
  unsupervised: 'Not started',
};

/** What else there is to say of a service, in one line. @param isSilent true for one that does not answer */
export function serviceFacts({ description, state, ends, package: needed }: Service, isSilent = false): string {
  const facts = [description];
  if (isSilent) facts.push('does not answer yet');
  if (state.name === 'running') facts.push(`up ${formatSeconds(state.seconds)}`);
  if (state.name === 'unsupervised') facts.push(state.detail);
  const last = ends.at(-1);
  if (last) facts.push(endsWords(ends.length, last));
  if (needed !== undefined) facts.push(`of the package ${needed}`);
  return facts.filter((fact) => fact !== '').join(' · ');
}

function endsWords(count: number, { ago, status, signal }: ServiceEnd): string {
  const how = status === undefined ? `by signal ${signal}` : `with status ${status}`;
  return `ended ${count === 1 ? 'once' : `${count} times`} by itself, ${formatSeconds(ago)} ago ${how}`;
}
