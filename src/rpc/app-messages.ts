import * as v from 'valibot';

/** The service worker of apps looks for the tab that runs a machine: answered on the port that comes along (port-request.ts). */
export const ReachAppsSchema = v.object({
  type: v.literal('REACH_APPS'),
  machine: v.string(),
  /** This run of the service worker, as in `AppCaller`. */
  asker: v.string(),
  /** Put in by the relay: a lock of its origin that is held for as long as its tab is there. */
  life: v.optional(v.string()),
});
export type ReachApps = v.InferOutput<typeof ReachAppsSchema>;

/** The shell wants tabs loaded anew that show a machine's apps: answered on the port that comes along with how many. */
export const ReloadAppsSchema = v.object({
  type: v.literal('RELOAD_APPS'),
  machine: v.string(),
  /** Ports or names, as addresses have them; undefined for all of the machine's. */
  apps: v.optional(v.array(v.string())),
});
export type ReloadApps = v.InferOutput<typeof ReloadAppsSchema>;
