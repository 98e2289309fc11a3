import type { About, ServiceDefinition } from './definition.ts';
import type { Environment } from './environment.ts';
import { NOTES, LOGS } from './places.ts';

/** A file in a service's folder. */
export interface ServiceFile {
  /** From the folder on. */
  readonly path: string;
  readonly isProgram: boolean;
  readonly content: string;
}

/** Bytes of a log file, and how many older ones are kept beside it. */
const [LOG_BYTES, OLD_LOGS] = [256 * 1024, 4];

/**
 * The files that a service becomes: `start`, its own script; `run` around it; `finish`; `log/run`; a file for each variable in
 * `env`; and what else is known of it.
 */
export function serviceFiles(definition: ServiceDefinition): ServiceFile[] {
  const { name, run } = definition;
  return [
    { path: 'start', isProgram: true, content: run.startsWith('#!') ? run : `#!/bin/sh\n${run}` },
    { path: 'run', isProgram: true, content: runScript(name) },
    { path: 'finish', isProgram: true, content: finishScript(name) },
    { path: 'log/run', isProgram: true, content: logScript(name) },
    ...settingFiles(definition),
  ];
}

/**
 * What of it can be set later: a file for each variable, as chpst(8) reads them (one without a line takes the variable away, so
 * there is always one), and what is known of it.
 */
export function settingFiles(service: About & { readonly environment: Environment }): ServiceFile[] {
  const { environment, description, ports, health, package: needed } = service;
  const about = { description, ports, ...(health && { health }), ...(needed !== undefined && { package: needed }) };
  const variables = Object.entries(environment).map(([name, value]) => ({
    path: `env/${name}`,
    isProgram: false,
    content: `${value}\n`,
  }));
  return [...variables, { path: 'portolan.json', isProgram: false, content: `${JSON.stringify(about)}\n` }];
}

/** Files as arguments of a script: three for each, the first of them `x` for a program. */
export function toArguments(files: readonly ServiceFile[]): string[] {
  return files.flatMap(({ path, isProgram, content }) => [isProgram ? 'x' : '-', path, content]);
}

/** After the first prompt, as the services of our images: until then the shell has the processor to itself. */
function runScript(name: string): string {
  return `#!/bin/sh
# Made by Portolan: runs ./start, as the leader of its own process group, with the variables in ./env.
exec 2>&1
until [ -e /run/portolan/ready ] || [ ! -p /run/portolan/gate ]; do sleep 0.2; done
mkdir -p ${NOTES}/${name} env
echo $$ > ${NOTES}/${name}/group
export HOME=/root LANG=C.UTF-8
exec chpst -P -e ./env ./start
`;
}

/** runsv(8) gives it the exit status, or -1, and the signal. It does not count how often a service ends. */
function finishScript(name: string): string {
  return `#!/bin/sh
# Made by Portolan: ends what ./start has left behind, and notes that it has ended though nobody told it to.
cd ${NOTES}/${name} || exit
read -r group < group
if kill -TERM "-$group" 2> /dev/null; then
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
		sleep 0.2
		kill -0 "-$group" 2> /dev/null || break
	done
	kill -KILL "-$group" 2> /dev/null
fi
read -r state < "$OLDPWD/supervise/stat"
case $state in *want*) exit ;; esac
read -r now idle < /proc/uptime
{ tail -n 19 ends 2> /dev/null; echo "$now $1 $2"; } > ends.new
mv ends.new ends
`;
}

function logScript(name: string): string {
  return `#!/bin/sh
# Made by Portolan: keeps what the service prints, in files of ${LOG_BYTES / 1024} KiB.
mkdir -p ${LOGS}/${name}
printf 's${LOG_BYTES}\\nn${OLD_LOGS}\\n' > ${LOGS}/${name}/config
exec svlogd -tt ${LOGS}/${name}
`;
}
