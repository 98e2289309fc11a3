import type { LargeFile } from '#domain/packages/direct/index.ts';
import type { Places } from '#domain/packages/install/index.ts';
import type { DirectBatch } from './direct-batches.ts';

/** Between answers of one script. */
export const SEPARATOR = '\u001E';
/** In the folder that page and guest share. */
export const FOLDER = 'portolan-packages';
/** The same in the guest. */
export const GUEST_FOLDER = `/host/${FOLDER}`;
/** Of a look, in the same folder: beside the others, as a machine that goes back to its checkpoint still ends a look that was on its way. */
export const LOOK_FILE = 'portolan-look';
/** The only word of a look that has found nothing. */
export const FREE = 'free';

/** Nobody starts services behind the user's back while packages are put in place (invoke-rc.d(8)); its own policy stays. */
export const PREPARE =
  '[ -e /usr/sbin/policy-rc.d ] || { printf "#!/bin/sh\\nexit 101\\n" > /usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d; : > /run/portolan-policy; }';
/** What an installation has left in the guest goes, what it has written is on the disk. */
export const TIDY = `[ ! -e /run/portolan-policy ] || rm -f /usr/sbin/policy-rc.d /run/portolan-policy; rm -rf ${GUEST_FOLDER}; sync`;
/** For apt, where there is one. */
export const MARK = `[ ! -d /var/lib/apt ] || cat ${GUEST_FOLDER}/extended_states > /var/lib/apt/extended_states`;

/** By the shell alone: each program that it starts would cost more than looking at hundreds of places. */
const LOOK = `absent() { for path; do if [ -e "$path" ] || [ -L "$path" ]; then echo "$path"; fi; done; }
no_folders() { for path; do if [ -d "$path" ] && ! [ -L "$path" ]; then echo "$path"; fi; done; }
absent /var/lib/dpkg/updates/*
for comm in /proc/[0-9]*/comm; do
  { read -r name < "$comm"; } 2> /dev/null || continue
  case $name in dpkg | apt | apt-get) echo "$name" ;; esac
done`;

/** Says what stands in the way of writing packages, and `FREE` at the end. Nothing of it stays, not even the script. */
export function lookScript({ absent, noFolders }: Places): string {
  const end = `rm -f /host/${LOOK_FILE}; echo ${FREE}`;
  return [LOOK, wordsOf('absent', absent), wordsOf('no_folders', noFolders), end].join('\n');
}

/**
 * Folders that are there keep their owners and modes, and links to folders stay, as with dpkg. Without -P, tar makes links that lead
 * out of their folder last, and until then has another mode for the folders around them, which it keeps when they come once more.
 * It reads as many blocks of 512 bytes at a time as one message of the host brings (fstab: msize); with its own 20, most of the time
 * goes into messages.
 */
const UNTAR =
  'tar -x -p -P --blocking-factor=240 -C / --no-overwrite-dir --keep-directory-symlink --warning=no-timestamp';
/**
 * Puts a large file's content where tar has made the file: past the guest's page cache where the file system can do that, as keeping
 * that is most of what writing costs in an emulated machine. Its memory is let go at once.
 */
const FILL = `fill() {
  set -- "if=$1 of=$2 bs=4M iflag=fullblock conv=notrunc status=none" "$1"
  dd $1 oflag=direct 2> /dev/null || dd $1
  : > $2
}`;

/** Names of a batch's files in the folder: its archive, and its large files in their order. */
export function namesOf({ at, large }: Pick<DirectBatch, 'at' | 'large'>): {
  readonly archive: string;
  readonly large: readonly string[];
} {
  return { archive: `${at}.tar`, large: large.map((_, i) => `${at}-${i}`) };
}

/** Writes packages: the archive, then the content of its large files, then the lines of dpkg's database. */
export function unpackScript(batch: Pick<DirectBatch, 'at' | 'large' | 'added'>): string {
  const { archive, large } = namesOf(batch);
  const lines = Object.entries(batch.added).map(([path, text]) => `printf %s ${quoted(text)} >> ${quoted(`/${path}`)}`);
  const untar = `${UNTAR} -f ${archive}; : > ${archive}`;
  return ['set -e', PREPARE, `cd ${GUEST_FOLDER}`, untar, ...fillLines(batch.large, large), ...lines].join('\n');
}

function fillLines(large: readonly LargeFile[], names: readonly string[]): readonly string[] {
  if (large.length === 0) return [];
  const fills = large.map(({ path }, i) => `fill ${names[i]} /${path}`);
  const touches = [...new Set(large.map(({ mtime }) => mtime))].map((mtime) => {
    const same = large.filter((file) => file.mtime === mtime);
    return wordsOf(
      `touch -m -d @${mtime}`,
      same.map(({ path }) => `/${path}`),
    );
  });
  return [FILL, ...fills, ...touches];
}

function wordsOf(command: string, words: readonly string[]): string {
  return [command, ...words.map(quoted)].join(' ');
}

/** As the shell takes it for one word, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
