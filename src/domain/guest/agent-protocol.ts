import * as v from 'valibot';

/** The QEMU guest agent's protocol: JSON, one message a line (QEMU, qga/qapi-schema.json). */

/** Byte that the agent takes as "forget what came before" and sends before the answer to guest-sync-delimited. */
export const AGENT_DELIMITER = 0xff;

export type AgentReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly description: string };

const ReplySchema = v.union([
  v.object({ return: v.unknown() }),
  v.object({ error: v.object({ class: v.string(), desc: v.string() }) }),
]);

/** A command as the line that is sent, newline included. */
export function agentCommand(name: string, args: Readonly<Record<string, unknown>> = {}): string {
  return `${JSON.stringify({ execute: name, arguments: args })}\n`;
}

/** What an answer line says; undefined for a line that is no answer (noise after a restart). */
export function parseAgentReply(line: string): AgentReply | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  const reply = v.safeParse(ReplySchema, json);
  if (!reply.success) return undefined;
  if ('return' in reply.output) return { ok: true, value: reply.output.return };
  return { ok: false, description: reply.output.error.desc };
}

/** Answer to guest-exec. */
export const ExecStartedSchema = v.object({ pid: v.number() });

/** Answer to guest-exec-status. Output is base64 and comes with the end of the process. */
export const ExecStatusSchema = v.object({
  exited: v.boolean(),
  exitcode: v.optional(v.number()),
  signal: v.optional(v.number()),
  'out-data': v.optional(v.string()),
  'err-data': v.optional(v.string()),
  'out-truncated': v.optional(v.boolean()),
  'err-truncated': v.optional(v.boolean()),
});
export type ExecStatus = v.InferOutput<typeof ExecStatusSchema>;
