import type { Digest } from '#domain/container/index.ts';
import { AppError } from '#domain/errors/index.ts';
import type { AppService } from '#ports/app-service.ts';
import { answerWithService, type ReachApps } from '#rpc/index.ts';
import { AppShare } from './app-share.ts';

/** A machine that runs in this tab, as far as its servers go. */
export interface SharedApps {
  readonly id: string;
  readonly container: Digest;
  readonly apps: AppService;
}

/** Is asked each time that something is asked of a machine; what it throws is the answer. */
type Allow = (machine: SharedApps) => Promise<void>;

/** Who has been given a way to the servers of which machines. */
export class AppShares {
  readonly #machines = new Map<string, Set<SharedApps>>();

  /** @param machine undefined for one that does not run here */
  give({ asker, life }: ReachApps, machine: SharedApps | undefined, reply: MessagePort, allow: Allow): void {
    if (machine) this.#machines.set(asker, (this.#machines.get(asker) ?? new Set()).add(machine));
    answerWithService(reply, machine && new AppShare(machine.apps, life, () => allow(machine)));
  }

  /** Breaks off what somebody has asked who is no longer there. */
  end(asker: string): void {
    for (const machine of this.#machines.get(asker) ?? []) letGo(machine, asker);
    this.#machines.delete(asker);
  }

  /** Breaks off what anybody has asked of machines that `allow` refuses. */
  async review(allow: Allow): Promise<void> {
    const given = [...this.#machines].flatMap(([asker, machines]) => [...machines].map((each) => ({ asker, each })));
    for (const { asker, each } of given) await allow(each).catch(() => letGo(each, asker));
  }
}

/** A machine that does not run any more has nothing to let go of. */
function letGo({ apps }: SharedApps, asker: string): void {
  apps.letGo(asker).catch(() => undefined);
}

/** @throws AppError `app/untrusted` */
export async function checkTrust(
  { id, container }: SharedApps,
  isTrusted: (container: Digest) => Promise<boolean>,
): Promise<void> {
  if (!(await isTrusted(container))) throw new AppError('app/untrusted', { machine: id });
}
