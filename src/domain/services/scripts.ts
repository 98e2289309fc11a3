import { ENABLED, FOLDERS, LOGS, NOTES, SUPERVISED } from './places.ts';

/** Seconds in which a service has to end, start or be taken up. */
const PATIENCE = 10;

/** Statuses with which the scripts end where there is nothing that they could change. */
export const NO_RUNIT = 64;
export const NO_SERVICE = 65;

/** `$name` is the service. */
const NAME = `name=$1; shift
[ -d ${ENABLED} ] && command -v sv > /dev/null || exit ${NO_RUNIT}`;
/** One that is there. */
const KNOWN = `${NAME}
[ -d "${ENABLED}/$name" ] || exit ${NO_SERVICE}`;

/** Ends the service and takes it away; its log stays. Harmless where there is none. */
const LEAVE = `leave() {
	rm -f "${ENABLED}/$name"
	[ ! -p "${FOLDERS}/$name/supervise/ok" ] || sv -w ${PATIENCE} force-shutdown "${FOLDERS}/$name" > /dev/null || true
	rm -rf "${FOLDERS}/$name" "${SUPERVISED}/$name" "${SUPERVISED}/$name.log" "${NOTES}/$name"
}`;

/** Writes files into `$folder`: arguments as of `toArguments`. */
const WRITE = `while [ $# -gt 0 ]; do
	path=$folder/$2
	mkdir -p "\${path%/*}"
	printf %s "$3" > "$path"
	[ "$1" != x ] || chmod +x "$path"
	shift 3
done`;

/**
 * Adds a service, in place of one of the same name. It is started by runsvdir(8), which looks every 5 seconds.
 * Arguments: name; files as of `toArguments`. What is not whole is not in `${ENABLED}`.
 */
export const ADD_SERVICE = `${NAME}
${LEAVE}
folder=${FOLDERS}/.$name.new
rm -rf "$folder"
mkdir -p "$folder/log" "$folder/env" ${SUPERVISED}
${WRITE}
ln -s "${SUPERVISED}/$name" "$folder/supervise"
ln -s "${SUPERVISED}/$name.log" "$folder/log/supervise"
leave
mv "$folder" "${FOLDERS}/$name"
ln -s "${FOLDERS}/$name" "${ENABLED}/$name"
sync
for i in $(seq ${5 * PATIENCE}); do
	[ ! -p "${FOLDERS}/$name/supervise/ok" ] || exit 0
	sleep 0.2
done
echo 'runit does not take it up' >&2
exit 1`;

/** Argument: name. A folder that Portolan has not made stays where it is. */
export const REMOVE_SERVICE = `${KNOWN}
${LEAVE}
if [ -e "${ENABLED}/$name/portolan.json" ]; then
	leave
	rm -rf "${LOGS}/$name"
else
	sv -w ${PATIENCE} force-shutdown "$name" > /dev/null || true
	rm -f "${ENABLED}/$name"
fi
sync`;

/** Argument: name. It stays stopped when the machine boots. While runsv(8) pauses after a crash it hears nothing. */
export const STOP_SERVICE = `${KNOWN}
: > "${ENABLED}/$name/down"
for i in $(seq ${5 * PATIENCE}); do
	sv -w ${PATIENCE} force-stop "$name"
	case $(sv status "$name") in *'want up'*) sleep 0.2 ;; *) break ;; esac
done
rm -f "${NOTES}/$name/ends"`;

/** Argument: name. */
export const START_SERVICE = `${KNOWN}
rm -f "${ENABLED}/$name/down" "${NOTES}/$name/ends"
sv -w ${PATIENCE} start "$name"`;

/** Argument: name. */
export const RESTART_SERVICE = `${KNOWN}
rm -f "${ENABLED}/$name/down"
sv -w ${PATIENCE} force-restart "$name"
rm -f "${NOTES}/$name/ends"`;

/** Sets the environment and what is known of it, and restarts the service where it is to run. Arguments as of `ADD_SERVICE`. */
export const SET_ENVIRONMENT = `${KNOWN}
folder=${ENABLED}/$name/.new
rm -rf "$folder"
mkdir -p "$folder/env"
${WRITE}
cd "${ENABLED}/$name"
rm -rf .old
[ ! -e env ] || mv env .old
mv .new/env env
[ ! -e .new/portolan.json ] || mv .new/portolan.json portolan.json
rm -rf .new .old
sync
[ -e down ] || { sv -w ${PATIENCE} force-restart "$name"; rm -f "${NOTES}/$name/ends"; }`;
