/**
 * The form of Debian's control files (deb822(5), Policy chapter 5): stanzas of fields, read from bytes.
 * Not here: what the fields mean.
 */
export { scanStanzas, type FieldReader, type Scan, type Syntax } from './scan-stanzas.ts';
export { Stanza, type StanzaPlace } from './stanza.ts';
