/** The worker of one machine: engine, disk, storage. Only wiring; the work is in ./machine/. */
import { BUILD, serve } from '#rpc/index.ts';
import { loadEnvironment } from './machine/environment.ts';
import { MachineHost } from './machine/machine-host.ts';

serve(new MachineHost(loadEnvironment), BUILD);
