/** Which build of Portolan a thread runs. Peers compare both before anything else. */
export interface BuildInfo {
  /** Content hash of the build, or `dev`. */
  readonly build: string;
  /** Version of the messages between threads; raised when one changes shape. */
  readonly protocol: number;
}
