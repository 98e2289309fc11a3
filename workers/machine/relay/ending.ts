/** A WebSocket that could not be made: browsers do not tell pages more. */
export const NOT_OPENED = 'no WebSocket could be opened; nobody answers there, or this page may not connect to it';

/** Why an open WebSocket has ended, as far as it says so. */
export function endingOf({ code, reason }: { readonly code: number; readonly reason: string }): string {
  if (reason !== '') return `${reason} (code ${code})`;
  return code === 1006 ? 'it broke off' : `it was closed with code ${code}`;
}
