/** A text as the id of a catalog's entry, as far as it can be one: lower case, with dashes for what an id cannot have. */
export function idFrom(text: string): string {
  const id = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[._-]+|[._-]+$/g, '')
    .slice(0, 64);
  return id || 'container';
}
