import { untilAborted } from '#domain/async/index.ts';
import { AppError } from '#domain/errors/index.ts';
import { LOCAL_HEADER, type LocalFetch, type LocalServer } from '../local-server.ts';

/** Times that the service worker is asked: it may be ended, and started anew, in the middle of an answer. */
const TRIES = 3;

/** Asks a server of this thread. */
export function directFetch(server: () => LocalServer): LocalFetch {
  return async (request) => {
    const answer = await untilAborted(Promise.resolve(server().answer(request)), request.signal);
    if (answer) return answer;
    throw new AppError('app/unexpected', { detail: `nobody answers for ${request.url}` });
  };
}

/**
 * Asks the service worker, and `direct` where none answers: it may be gone, or not be this window's yet. Requests must not
 * have bodies that can be read only once.
 */
export function serviceWorkerFetch(direct: LocalFetch): LocalFetch {
  return async (request) => {
    for (let tried = 1; tried <= TRIES; tried++) {
      const response = await attempt(request);
      if (response === 'nobody') break;
      if (response) return response;
    }
    return direct(request);
  };
}

/** Undefined when it broke off; `nobody` when somebody else has answered. */
async function attempt(request: Request): Promise<Response | 'nobody' | undefined> {
  try {
    const response = await fetch(request.clone());
    if (response.headers.has(LOCAL_HEADER)) return response;
    await response.body?.cancel();
    return 'nobody';
  } catch {
    request.signal.throwIfAborted();
    return undefined;
  }
}
