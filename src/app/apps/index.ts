/**
 * The way from guests' pages to the machines of this tab: through a hidden frame of the origin of apps, through which its service
 * worker asks, or from the service worker below the shell. Not here: what a machine does with a request.
 */
export { AppsHome, type AppsHomeParts } from './apps-home.ts';
