/** Something that a publisher has to put right; the message is for the person at the terminal: what failed and what to do. */
export class PublishError extends Error {
  override readonly name: string = 'PublishError';
}

/** What is wrong with one file of a publication. */
export class FileError extends PublishError {
  override readonly name = 'FileError';
  /** The message without the file's name. */
  readonly detail: string;

  constructor(location: string, detail: string, options?: ErrorOptions) {
    super(`${location}: ${detail}`, options);
    this.detail = detail;
  }
}
