import type { Random } from '../../support/random.ts';
import type { Plan } from './application.ts';
import { NO_FAULTS, type Faults } from './link.ts';

/** One connection: who opens it, what both ends do. Milliseconds. */
export interface Conversation {
  readonly client: 0 | 1;
  readonly begin: number;
  readonly plans: readonly [client: Plan, server: Plan];
  /** When the signal of the client's `connect` is aborted. */
  readonly abortAt: number | undefined;
}

/** A segment that somebody else sends to an end: what it is, and how far its number is off. */
export interface Forgery {
  readonly at: number;
  readonly to: number;
  readonly flags: 'reset' | 'syn' | 'acknowledgement';
  readonly offset: number;
}

export interface Scenario {
  readonly faults: Faults;
  /** Of both stacks. */
  readonly buffers: readonly [number, number];
  readonly conversations: readonly Conversation[];
  readonly forgeries: readonly Forgery[];
  /** When the link is cut, and when it is mended. */
  readonly cut: readonly [from: number, to: number] | undefined;
}

/** Draws a scenario. */
export function draw(random: Random): Scenario {
  return {
    faults: drawFaults(random),
    buffers: [drawBuffer(random), drawBuffer(random)],
    conversations: Array.from({ length: 1 + random.below(3) }, () => drawConversation(random)),
    forgeries: random.chance(0.25) ? Array.from({ length: 1 + random.below(6) }, () => drawForgery(random)) : [],
    cut: random.chance(0.15) ? drawCut(random) : undefined,
  };
}

function drawFaults(random: Random): Faults {
  const delay = random.of(0, 1, 10, 50);
  if (random.chance(0.3)) return { ...NO_FAULTS, delay };
  return {
    loss: random.of(0, 0.01, 0.05, 0.1),
    duplication: random.of(0, 0, 0.05, 0.3),
    damage: random.of(0, 0, 0.01, 0.05),
    delay,
    jitter: random.of(0, 5, 40, 400),
  };
}

/** From smaller than a segment to what the product has. */
function drawBuffer(random: Random): number {
  return random.of(100, 700, 1460, 3000, 10_000, 65_535, 65_536, 200_000, 524_288);
}

function drawConversation(random: Random): Conversation {
  return {
    client: random.of(0, 1),
    begin: random.below(200),
    // If both waited for each other, neither would ever begin.
    plans: [{ ...drawPlan(random), readsFirst: false }, drawPlan(random)],
    abortAt: random.chance(0.1) ? random.below(3000) : undefined,
  };
}

function drawPlan(random: Random): Plan {
  const send = random.of(0, 1, random.below(100), random.below(5000), random.below(60_000));
  return {
    send,
    piece: random.of(1 + Math.floor(send / 20), 1460, 10_000, 100_000),
    pauses: random.of(0, 0, 0.1, 0.5),
    pause: random.of(20, 300, 20_000),
    readsFirst: random.chance(0.15),
    cancelAt: random.chance(0.05) ? random.below(5000) : undefined,
    abortAt: random.chance(0.05) ? random.below(5000) : undefined,
  };
}

function drawForgery(random: Random): Forgery {
  return {
    at: random.below(2000),
    to: random.below(2),
    flags: random.of('reset', 'syn', 'acknowledgement'),
    // Far off, a little, or not at all.
    offset: random.of(0, 1, -1, 1 + random.below(5000), -random.below(5000), random.below(2 ** 31)),
  };
}

function drawCut(random: Random): readonly [number, number] {
  const from = random.below(2000);
  return [from, from + random.of(500, 3000, 30_000, Infinity)];
}
