import { bytesOfString } from '../bytes/index.ts';
import { ENABLED, LOGS } from './places.ts';

/** Bytes that come at once at most: whoever falls behind further misses some. */
const MOST_BYTES = 256 * 1024;

/** Where a reader of a log is: svlogd(8) renames the file that it writes when that is full. */
export interface LogPosition {
  /** Of the file, an inode; 0 for none yet. */
  readonly file: number;
  /** Bytes of it that have been read. */
  readonly offset: number;
}

/** What was written since. */
export interface LogPiece {
  readonly position: LogPosition;
  /** UTF-8, which may be cut within a character. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Opens the log and says where its end is: what is renamed or written meanwhile changes neither. */
const OPEN = `cd "${LOGS}/$1" 2> /dev/null && [ -e current ] || {
	if [ -e "${ENABLED}/$1/log/run" ]; then echo '0 0'; elif [ -d "${ENABLED}/$1" ]; then echo none; else echo unknown; fi
	exit 0
}
exec 3< current
end=$(stat -L -c '%i %s' /proc/self/fd/3)
echo "$end"`;
const SEND = `tail -c ${MOST_BYTES} | base64 -w 0`;

/** Prints the last lines for `parseLogPiece`. Arguments: service, how many lines. */
export const FIRST_LOG = `${OPEN}
{ cat @* 2> /dev/null || true; head -c "\${end#* }" <&3; } | tail -n "$2" | ${SEND}`;

/** Prints for `parseLogPiece` what came after a position. Arguments: service, file, offset. */
export const NEXT_LOG = `${OPEN}
[ "$end" != "$2 $3" ] || exit 0
size=\${end#* }
{
	if [ "$2" = "\${end% *}" ] && [ "$3" -le "$size" ]; then
		tail -c "+$(($3 + 1))" <&3 | head -c "$((size - $3))"
	else
		found=
		for file in @*; do
			if [ -n "$found" ]; then
				cat "$file"
			elif [ -e "$file" ] && [ "$(stat -c %i "$file")" = "$2" ]; then
				found=1
				tail -c "+$(($3 + 1))" "$file"
			fi
		done
		head -c "$size" <&3
	fi
} | ${SEND}`;

/** Reads what the scripts print; `none` for a service that keeps no log, `unknown` where there is no such service. */
export function parseLogPiece(text: string): LogPiece | 'none' | 'unknown' {
  const [, file, offset, base64 = ''] = /^(\d+) (\d+)\n([A-Za-z0-9+/=]*)\s*$/.exec(text) ?? [];
  if (file === undefined) return text.startsWith('unknown') ? 'unknown' : 'none';
  return { position: { file: Number(file), offset: Number(offset) }, bytes: bytesOfString(atob(base64)) };
}
