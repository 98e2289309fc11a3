/** Something that a publisher has to put right; the message is for the person at the terminal: what failed and what to do. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
}
