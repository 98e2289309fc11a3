/** A line of progress, or a notice. On standard error: standard output is for results that programs read. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
