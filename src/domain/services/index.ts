/**
 * Programs that run as long as a machine does, under runit (its runsvdir(8), runsv(8), svlogd(8), sv(8)): what describes one, the
 * files that it becomes in the guest, the scripts that work on them there, and what those print. Pure. The guest's disk is the
 * truth: backups and checkpoints carry services. Not here: running the scripts.
 */
export { findConflicts, type ServiceConflict } from './conflicts.ts';
export {
  parseServiceDefinition,
  withEnvironment,
  withPort,
  type HealthCheck,
  type ServiceDefinition,
} from './definition.ts';
export { checkEnvironment, formatEnvironment, parseEnvironment, type Environment } from './environment.ts';
export { LIST_SERVICES, parseServices } from './listing.ts';
export { FIRST_LOG, NEXT_LOG, parseLogPiece, type LogPiece, type LogPosition } from './log.ts';
export {
  ADD_SERVICE,
  NO_RUNIT,
  NO_SERVICE,
  REMOVE_SERVICE,
  RESTART_SERVICE,
  SET_ENVIRONMENT,
  START_SERVICE,
  STOP_SERVICE,
} from './scripts.ts';
export { isNeeded, type Service, type ServiceEnd, type ServiceState } from './service.ts';
export { serviceFiles, settingFiles, toArguments, type ServiceFile } from './service-files.ts';
