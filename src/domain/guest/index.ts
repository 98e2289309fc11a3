/** What host and guest say to each other: the agent's protocol, boot signals, paths, the terminal's bytes. Not here: the wires. */
export {
  AGENT_DELIMITER,
  agentCommand,
  ExecStartedSchema,
  ExecStatusSchema,
  parseAgentReply,
  type AgentReply,
  type ExecStatus,
} from './agent-protocol.ts';
export { parseBootSignal, parseLastWords, type BootSignal, type HaltReason } from './boot-signal.ts';
export { LISTENING_PORTS_COMMAND, parseListeningPorts, type ListeningPort } from './listening-ports.ts';
export { LineSplitter } from './line-splitter.ts';
export { parseProcessList, PROCESS_LIST_COMMAND, type ProcessRow } from './process-list.ts';
export { DISK_ROOM_COMMAND, FILL_DISK_COMMAND, parseDiskRoom, type DiskRoom } from './root-disk.ts';
export { sharedPathParts } from './shared-path.ts';
export { TerminalTranscript } from './terminal-transcript.ts';
