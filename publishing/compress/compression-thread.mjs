// A worker thread does not inherit tsx, so it registers it for itself before it loads TypeScript.
import { register } from 'tsx/esm/api';

register();
await import('./compression-worker.ts');
