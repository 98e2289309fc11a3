/**
 * The way from guests' pages, at the origin of apps, to the machines of this tab: a hidden frame of that origin, through which
 * its service worker asks. Not here: what a machine does with a request.
 */
export { shareApps } from './share-apps.ts';
