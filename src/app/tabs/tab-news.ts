import { DescriptorSchema } from '#domain/container/index.ts';
import { RUNNING_STATES } from '#ports/portolan.ts';
import * as v from 'valibot';

/** A machine that a tab runs, as it tells other tabs. */
const RunningMachineSchema = v.object({
  id: v.string(),
  title: v.string(),
  manifest: DescriptorSchema,
  sources: v.array(v.string()),
  state: v.picklist(RUNNING_STATES),
  /** Bytes that it takes, as far as that is known. */
  memory: v.union([v.number(), v.undefined()]),
  /** What its way to the world is; a tab of an earlier build does not say. */
  relay: v.optional(v.picklist(['off', 'connecting', 'connected', 'failed'])),
});
export type RunningMachine = v.InferOutput<typeof RunningMachineSchema>;

const MessageSchema = v.variant('type', [
  /** A tab has opened: it wants to know what the others run. */
  v.object({ type: v.literal('hello'), tab: v.string() }),
  /** All that a tab runs now, and that what is stored of machines may have changed. */
  v.object({ type: v.literal('machines'), tab: v.string(), machines: v.array(RunningMachineSchema) }),
]);
export type TabMessage = v.InferOutput<typeof MessageSchema>;

/** Reads a message of another tab; undefined when it is none that this build knows. */
export function parseTabMessage(data: unknown): TabMessage | undefined {
  const result = v.safeParse(MessageSchema, data);
  return result.success ? result.output : undefined;
}
