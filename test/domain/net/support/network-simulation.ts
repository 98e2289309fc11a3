import { AppError } from '#domain/errors/index.ts';
import { NetStack, type TcpSocket } from '#domain/net/index.ts';
import { Random } from '../../support/random.ts';
import { use, type Outcome, type Plan } from './application.ts';
import { Forger } from './forger.ts';
import { Link } from './link.ts';
import { draw, type Conversation, type Scenario } from './scenario.ts';
import { VirtualClock } from './virtual-clock.ts';
import { WireRules } from './wire-rules.ts';

const ADDRESSES = ['10.0.2.2', '10.0.2.15'] as const;
const MACS = ['52:55:0a:00:02:02', '52:55:0a:00:02:0f'] as const;
const FIRST_PORT = 7000;
/** A day: by then everything has ended by itself. */
const LIMIT_MS = 24 * 60 * 60 * 1000;

/** What runs have seen, to be added up. */
export interface Tally {
  conversations: number;
  /** Ended well on both ends, with all bytes. */
  completed: number;
  /** Failed although nobody had planned it: a link that loses frames may lose too many in a row. */
  unlucky: number;
}

/** What became of a conversation: the client's part may be nothing but an error, and then there is no other. */
interface Result {
  client?: Outcome;
  server?: Outcome;
  refused?: unknown;
}

/**
 * Two stacks and a link between them in virtual time; what happens follows from the seed alone. `run` throws when a byte is
 * lost, doubled, changed or out of order and not both ends are told, when something never ends, and when a rule of the wire is broken.
 */
export class NetworkSimulation {
  readonly #random: Random;
  readonly #scenario: Scenario;
  readonly #clock = new VirtualClock();
  readonly #link: Link;
  readonly #rules = new WireRules();
  readonly #forger = new Forger();
  readonly #stacks: readonly NetStack[];
  readonly #results: Result[];
  #deadly = false;
  /** True after forged windows, and forged connections that only one end knows: what is on the wire is another story then. */
  #isConfused = false;
  #open = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#scenario = draw(this.#random);
    this.#link = new Link(this.#clock, this.#random, this.#scenario.faults);
    this.#link.watch(this.#rules);
    this.#link.watch(this.#forger);
    this.#stacks = [0, 1].map((end) => this.#newStack(end));
    this.#results = this.#scenario.conversations.map(() => ({}));
  }

  async run(): Promise<Tally> {
    for (const [index, conversation] of this.#scenario.conversations.entries()) this.#begin(index, conversation);
    this.#planFaults();
    await this.#clock.run(LIMIT_MS, () => this.#open === 0);
    this.#checkRules();
    const tally = { conversations: this.#results.length, completed: 0, unlucky: 0 };
    for (const [index, result] of this.#results.entries()) this.#judge(index, result, tally);
    await this.#clock.run(LIMIT_MS);
    const left = this.#stacks.map((stack) => stack.connections);
    if (left.some((count) => count > 0)) throw new Error(`connections are left over: ${left.join(' and ')}`);
    return tally;
  }

  #newStack(end: number): NetStack {
    const stack = new NetStack({
      mac: MACS[end]!,
      address: ADDRESSES[end]!,
      prefix: 24,
      guestAddress: ADDRESSES[1],
      lookup: () => undefined,
      clock: this.#clock,
      random: () => Math.floor(this.#random.next() * 2 ** 32),
      transmit: this.#link.sender(end),
      bufferBytes: this.#scenario.buffers[end]!,
    });
    this.#link.attach(end, (frame) => stack.receive(frame));
    return stack;
  }

  #begin(index: number, conversation: Conversation): void {
    const port = FIRST_PORT + index;
    const result = this.#results[index]!;
    const [clientPlan, serverPlan] = conversation.plans;
    this.#stacks[1 - conversation.client]!.listen(port, (socket) => {
      if (result.server && this.#isConfused) return void socket.writable.abort();
      if (result.server) throw new Error('one connection was accepted twice');
      void this.#track(async () => {
        result.server = await this.#use(socket, serverPlan, index, 'server');
      });
    });
    void this.#track(async () => {
      await this.#clock.sleep(conversation.begin);
      try {
        const socket = await this.#connect(conversation, port);
        result.client = await this.#use(socket, clientPlan, index, 'client');
      } catch (error) {
        result.refused = error;
      }
    });
  }

  #connect({ client, abortAt }: Conversation, port: number): Promise<TcpSocket> {
    const abort = new AbortController();
    if (abortAt !== undefined) this.#clock.after(abortAt, () => abort.abort(new Error('planned')));
    return this.#stacks[client]!.connect(ADDRESSES[1 - client]!, port, { signal: abort.signal });
  }

  #use(socket: TcpSocket, plan: Plan, index: number, role: 'client' | 'server'): Promise<Outcome> {
    const streams = role === 'client' ? { out: 2 * index, in: 2 * index + 1 } : { out: 2 * index + 1, in: 2 * index };
    return use(socket, plan, streams, this.#clock, this.#random);
  }

  async #track(work: () => Promise<void>): Promise<void> {
    this.#open++;
    await work();
    this.#open--;
  }

  #planFaults(): void {
    const { forgeries, cut } = this.#scenario;
    for (const forgery of forgeries) {
      this.#clock.after(forgery.at, () => {
        const forged = this.#forger.forge(forgery);
        if (forged?.deadly === true) this.#deadly = true;
        if (forged && forgery.flags !== 'reset') this.#isConfused = true;
        if (forged) this.#stacks[forgery.to]!.receive(forged.frame);
      });
    }
    if (!cut) return;
    const [from, to] = cut;
    if (to - from > 10_000) this.#deadly = true;
    this.#clock.after(from, () => (this.#link.cut = true));
    if (to !== Infinity) this.#clock.after(to, () => (this.#link.cut = false));
  }

  #judge(index: number, { client, server, refused }: Result, tally: Tally): void {
    const { plans, abortAt } = this.#scenario.conversations[index]!;
    const isPlanned = abortAt !== undefined || plans.some((plan) => plan.cancelAt ?? plan.abortAt);
    const good = isGood(client, plans[1]) && isGood(server, plans[0]);
    if (client) checkLoud(client, plans, server);
    if (server) checkLoud(server, [plans[1], plans[0]], client);
    for (const error of [refused, ...(client?.errors ?? []), ...(server?.errors ?? [])]) checkError(error);
    if (good) return void tally.completed++;
    if (isPlanned || this.#deadly) return;
    const errors = JSON.stringify([refused, client, server], (_, value: unknown) =>
      value instanceof Error ? value.message : value,
    );
    if (this.#link.lost === 0) throw new Error(`a good link has failed: ${errors}`);
    tally.unlucky++;
  }

  #checkRules(): void {
    const { faults, cut } = this.#scenario;
    if (!this.#isConfused && this.#rules.offences.length > 0) throw new Error(this.#rules.offences.join('; '));
    const isCalm = this.#link.lost === 0 && faults.jitter === 0 && faults.duplication === 0 && !cut;
    const isSound = isCalm && this.#scenario.forgeries.length === 0;
    if (isSound && this.#rules.repeated > 0)
      throw new Error(`${this.#rules.repeated} bytes were sent again for nothing`);
  }
}

/** Everything came that the other end has sent, and went that this one has. */
function isGood(outcome: Outcome | undefined, other: Plan): boolean {
  if (!outcome) return false;
  return outcome.ended && outcome.delivered && outcome.errors.length === 0 && outcome.received === other.send;
}

/** Who has not had everything has been told; the end of a stream is the end of what was sent. */
function checkLoud(outcome: Outcome, [own, other]: readonly [Plan, Plan], peer: Outcome | undefined): void {
  const { received, ended, delivered, errors } = outcome;
  if (ended && received !== other.send) throw new Error(`the end came after ${received} of ${other.send} bytes`);
  if (ended && peer?.aborted === true) throw new Error('the end came of what was broken off');
  const told = errors.length > 0;
  if (!ended && !told && own.cancelAt === undefined) throw new Error('a stream ended neither well nor badly');
  if (!delivered && !told) throw new Error('bytes were not delivered, and nobody was told');
}

function checkError(error: unknown): void {
  const isAnnounced = error instanceof AppError && error.code.startsWith('net/');
  const isPlanned = error instanceof Error && error.message === 'planned';
  if (error !== undefined && !isAnnounced && !isPlanned)
    throw new Error('an end was told something else', { cause: error });
}
