/**
 * The app's own URLs below its scope that no file answers for: `c/…` (verified content) and `api/v1/…`. In the service
 * worker they are routes; a window without one asks the same code in its own thread.
 */
export interface LocalServer {
  /** The answer, or undefined when the URL is none of its own. Errors are answers too: see `LOCAL_ERROR_HEADER`. */
  answer(request: Request): Promise<Response> | undefined;
}

/** `fetch`, or the same done by a `LocalServer` of this thread. */
export type LocalFetch = (request: Request) => Promise<Response>;

/** On an answer that reports an AppError: its code. The body is the ErrorRecord as JSON. */
export const LOCAL_ERROR_HEADER = 'Portolan-Error';

/** On an answer with content: how many of its bytes came from `memory`, `device` and `network`, as `memory=1, device=2, network=3`. */
export const LOCAL_ORIGIN_HEADER = 'Portolan-Origin';

/** On an answer: an ErrorRecord as JSON, why something that was read of late could not be kept on the device. */
export const LOCAL_NOTICE_HEADER = 'Portolan-Notice';

/** On every answer of the content routes: a server that answers for the same URL because no service worker did has none. */
export const LOCAL_HEADER = 'Portolan-Local';
