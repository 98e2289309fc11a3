/** A row of `ps`. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  /** Resident memory in bytes. */
  readonly memory: number;
  readonly command: string;
}

/** The `ps` that `parseProcessList` reads. */
export const PROCESS_LIST_COMMAND: readonly string[] = ['ps', '-eo', 'pid=,ppid=,stat=,rss=,args='];

/** Reads the output of PROCESS_LIST_COMMAND; lines of another form are passed over. */
export function parseProcessList(text: string): ProcessRow[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\d+)\s+(.*)$/.exec(line);
    if (!match) return [];
    const [, pid, parent, state = '', kilobytes, command = ''] = match;
    return [{ pid: Number(pid), parent: Number(parent), state, memory: Number(kilobytes) * 1024, command }];
  });
}
