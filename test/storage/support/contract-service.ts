import type { BuildInfo } from '#ports/build-info.ts';

export const BUILD: BuildInfo = { build: 'test', protocol: 1 };

/** Runs cases of a contract where they can run. */
export interface ContractService {
  /** @throws Error that says what is wrong */
  run(name: string): Promise<void>;
}
