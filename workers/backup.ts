/** The worker that exports and imports machines. Only wiring; the work is in ./backup/. */
import { BUILD, serve } from '#rpc/index.ts';
import { openStorage } from '#storage/index.ts';
import { BackupHost } from './backup/backup-host.ts';

serve(new BackupHost(openStorage), BUILD);
