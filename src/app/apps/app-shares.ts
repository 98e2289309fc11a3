import type { Digest } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import { answerWithService, type ReachApps } from '#rpc/index.ts';
import { AppShare, type Allow, type SharedApps } from './app-share.ts';

/** Who has been given a way to the servers of which machines. */
export class AppShares {
  readonly #given = new Map<string, Set<AppShare>>();

  /** @param machine undefined for one that does not run here */
  give({ asker, life }: ReachApps, machine: SharedApps | undefined, reply: MessagePort, allow: Allow): void {
    const share = machine && new AppShare(machine, { asker, life }, allow);
    answerWithService(reply, share);
    if (!share) return;
    const given = this.#given.get(asker) ?? new Set();
    this.#given.set(asker, given.add(share));
    void share.ended().then(() => given.delete(share));
  }

  /** Breaks off what somebody has asked who is no longer there. */
  end(asker: string): void {
    for (const share of this.#given.get(asker) ?? []) share.close();
    this.#given.delete(asker);
  }

  /** Breaks off what anybody has asked of machines that are no longer allowed. */
  async review(): Promise<void> {
    const shares = [...this.#given.values()].flatMap((given) => [...given]);
    for (const share of shares) await share.review().catch(() => undefined);
  }
}

/** @throws AppError `app/untrusted` */
export async function checkTrust(
  { id, container }: SharedApps,
  isTrusted: (container: Digest) => Promise<boolean>,
): Promise<void> {
  if (!(await isTrusted(container))) throw new AppError('app/untrusted', { machine: id });
}
