import { parseRelayUrl } from '#domain/wisp/index.ts';
import type { Keeping } from '../keeping.ts';

/** What the user has set for a machine's way to the world. */
export interface RelaySetting {
  /** Of the relay; undefined for off. */
  readonly url: string | undefined;
  /** @throws AppError `relay/bad-address`, `storage/*`; then the former one holds */
  set(url: string | undefined): Promise<void>;
}

/** @param keeping undefined for a machine that keeps nothing */
export async function openRelaySetting(keeping: Keeping | undefined): Promise<RelaySetting> {
  let url = await keeping?.relay();
  return {
    get url() {
      return url;
    },
    set: async (given) => {
      const checked = given === undefined ? undefined : parseRelayUrl(given);
      await keeping?.keepRelay(checked);
      url = checked;
    },
  };
}
