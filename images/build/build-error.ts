/** A build that cannot go on; the message is one line for the person at the terminal: what failed and what to do. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
}
