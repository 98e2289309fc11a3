/** What `%`-encoded UTF-8 says; undefined when it says nothing (anyone can type an address, and a lone `%` throws). */
export function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
