/** The scheme under which the installed app is asked to open links (public web app manifest: `protocol_handlers`). */
const SCHEME = /web\+portolan:(?:\/\/)?(?:#?\/)?(boot(?:[/?][^\s"'<>]*|(?![^\s"'<>])))/i;
/** A share link, wherever it is inside of a text: its fragment is the same on every host. */
const FRAGMENT = /#\/(boot(?:[/?][^\s"'<>]*|(?![^\s"'<>])))/;
/** What people and programs put right behind a link. */
const TRAILING = /[.,;:!?)\]}>]+$/;

/**
 * The fragment (`#/boot/…`) of the first share link in a text: an address of any host, a `web+portolan:` address, or a
 * message or a file around one of these. Undefined when there is none.
 */
export function findLink(text: string): string | undefined {
  const found = SCHEME.exec(text)?.[1] ?? FRAGMENT.exec(text)?.[1];
  return found === undefined ? undefined : `#/${found.replace(TRAILING, '')}`;
}
