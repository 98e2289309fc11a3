import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { UsageError } from './usage-error.ts';

/** Where readline echoes what is typed. */
const NOWHERE = new Writable({ write: (_chunk, _encoding, done) => done() });

/**
 * Asks for passwords on the terminal, without echo; where standard input is none, a line of it answers each question.
 * @throws UsageError when nothing, or an empty line, comes
 */
export async function askPasswords(questions: readonly string[]): Promise<readonly string[]> {
  const terminal = process.stdin.isTTY;
  const input = createInterface({ input: process.stdin, output: NOWHERE, terminal });
  const lines = input[Symbol.asyncIterator]();
  const answers: string[] = [];
  try {
    for (const question of questions) {
      if (terminal) process.stderr.write(question);
      const line = await lines.next();
      if (terminal) process.stderr.write('\n');
      const answer = line.done === true ? '' : line.value;
      if (answer === '') throw new UsageError('A password is needed, on the terminal or as a line of standard input.');
      answers.push(answer);
    }
    return answers;
  } finally {
    input.close();
  }
}
