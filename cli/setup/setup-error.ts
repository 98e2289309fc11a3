/** Something that a person has to put right on this machine; the message says how. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}
