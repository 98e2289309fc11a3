import * as v from 'valibot';
import { AboutSchema, type About } from './definition.ts';
import { ENABLED, LOGS, NOTES } from './places.ts';
import { isFailing, type Service, type ServiceEnd, type ServiceState } from './service.ts';

/**
 * Prints what `parseServices` reads, of all services at once: starting a program takes tens of milliseconds in an emulated machine,
 * so the shell reads the files itself. Its first line is `none` without runit.
 */
export const LIST_SERVICES = `cd ${ENABLED} 2> /dev/null && command -v sv > /dev/null && command -v svlogd > /dev/null || { echo none; exit 0; }
first() { line=; IFS= read -r line 2> /dev/null < "$1" || [ -n "$line" ]; }
first /proc/uptime && echo "uptime $line"
for name in *; do
	[ -d "$name" ] || continue
	echo "service $name"
	! first "$name/portolan.json" || echo "about $line"
	for file in "$name"/env/*; do
		[ -f "$file" ] || continue
		first "$file" || true; echo "variable \${file##*/}=$line"
	done
	[ ! -e "${LOGS}/$name/current" ] || echo log
	! first "$name/supervise/pid" || ! first "/proc/$line/stat" || echo "process $line"
	[ ! -e "${NOTES}/$name/ends" ] || while read -r at status signal; do echo "end $at $status $signal"; done < "${NOTES}/$name/ends"
done
echo status
set -- *
[ ! -e "$1" ] || sv status "$@" 2>&1 || true`;

/** Clock ticks per second in /proc (Linux: USER_HZ). */
const TICKS = 100;
/** Of the fields after the command's name in /proc/PID/stat, the one with the start's time (proc(5): field 22). */
const START_FIELD = 19;

/** What the script says of one service, line by line. */
interface Noted {
  readonly name: string;
  about: About | undefined;
  readonly environment: Record<string, string>;
  hasLog: boolean;
  /** Ticks after the machine's boot. */
  startedAt: number | undefined;
  readonly ends: ServiceEnd[];
}

/** What sv(8) says of a service: `run: NAME: (pid N) Ns, want down; run: log: …`. */
interface Status {
  readonly word: string;
  readonly pid: number;
  readonly seconds: number;
  readonly words: string;
}

/**
 * Reads what `LIST_SERVICES` prints; undefined for a machine without runit. Lines of another form are passed over: the guest's disk
 * is its user's.
 */
export function parseServices(text: string): readonly Service[] | undefined {
  if (text.trimStart().startsWith('none')) return undefined;
  const [notes = '', status = ''] = text.split(/^status$/m, 2);
  const statuses = parseStatuses(status);
  const reader = new Reader();
  for (const line of notes.split('\n')) reader.read(line);
  return reader.services.map((noted) => describe(noted, statuses.get(noted.name), reader.uptime));
}

class Reader {
  readonly services: Noted[] = [];
  /** Seconds. */
  uptime = 0;

  read(line: string): void {
    const [word = ''] = line.split(' ', 1);
    const rest = line.slice(word.length + 1);
    const service = this.services.at(-1);
    if (word === 'uptime') this.uptime = Number.parseFloat(rest) || 0;
    else if (word === 'service') this.#begin(rest);
    else if (service) this.#add(service, word, rest);
  }

  #begin(name: string): void {
    this.services.push({ name, about: undefined, environment: {}, hasLog: false, startedAt: undefined, ends: [] });
  }

  #add(service: Noted, word: string, rest: string): void {
    const end = word === 'end' ? this.#endOf(rest) : undefined;
    if (word === 'about') service.about = parseAbout(rest);
    if (word === 'variable') addVariable(service.environment, rest);
    if (word === 'log') service.hasLog = true;
    if (word === 'process') service.startedAt = startOf(rest);
    if (end) service.ends.push(end);
  }

  #endOf(text: string): ServiceEnd | undefined {
    const [, at = '', status = '', signal = ''] = /^(\d+(?:\.\d+)?) (-?\d+) (\d+)$/.exec(text) ?? [];
    if (at === '') return undefined;
    const isSignal = status === '-1';
    const ago = Math.max(0, this.uptime - Number(at));
    return { ago, status: isSignal ? undefined : Number(status), signal: isSignal ? Number(signal) : undefined };
  }
}

function addVariable(environment: Record<string, string>, line: string): void {
  const equals = line.indexOf('=');
  if (equals > 0) environment[line.slice(0, equals)] = line.slice(equals + 1);
}

function parseAbout(text: string): About | undefined {
  try {
    const result = v.safeParse(AboutSchema, JSON.parse(text));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}

/** @param stat of proc(5); a command's name may have anything in it, even brackets */
function startOf(stat: string): number | undefined {
  const field = stat.slice(stat.lastIndexOf(') ') + 2).split(' ')[START_FIELD] ?? '';
  return /^\d+$/.test(field) ? Number(field) : undefined;
}

function parseStatuses(text: string): ReadonlyMap<string, Status> {
  const statuses = new Map<string, Status>();
  for (const line of text.split('\n')) {
    const [, word = '', name = '', words = ''] = /^(run|down|finish|fail|warning): ([^:]+): (.*)$/.exec(line) ?? [];
    const own = words.split('; ', 1)[0] ?? '';
    const [, pid = '0', seconds = '0'] = /^(?:\(pid (\d+)\) )?(\d+)s/.exec(own) ?? [];
    if (word !== '') statuses.set(name, { word, pid: Number(pid), seconds: Number(seconds), words: own });
  }
  return statuses;
}

function describe(noted: Noted, status: Status | undefined, uptime: number): Service {
  const { name, about, environment, hasLog, startedAt, ends } = noted;
  // By the machine's own time: sv(8) goes by the clock, which leaps when a machine was saved.
  const seconds = startedAt === undefined ? status?.seconds : Math.max(0, Math.round(uptime - startedAt / TICKS));
  const state = stateOf(status, ends, seconds ?? 0);
  const { description = '', ports = [], ...rest } = about ?? {};
  return { ...rest, name, description, ports, environment, isOwn: about !== undefined, hasLog, state, ends };
}

function stateOf(status: Status | undefined, ends: readonly ServiceEnd[], seconds: number): ServiceState {
  if (!status) return { name: 'unsupervised', detail: 'runit does not know it' };
  const { word, words, pid } = status;
  if (words.includes('want down')) return { name: 'stopping' };
  if (word === 'run') return isFailing(ends, seconds) ? { name: 'failing' } : { name: 'running', pid, seconds };
  if (word === 'finish' || words.includes('want up'))
    return { name: isFailing(ends, undefined) ? 'failing' : 'restarting' };
  return word === 'down' ? { name: 'stopped' } : { name: 'unsupervised', detail: words };
}
