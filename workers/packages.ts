/** The worker that reads packages. Only wiring; the work is in ./packages/. */
import { BUILD, serve } from '#rpc/index.ts';
import { openStorage } from '#storage/index.ts';
import { PackageHost } from './packages/package-host.ts';

serve(new PackageHost(openStorage), BUILD);
