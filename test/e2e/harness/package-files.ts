import { debOf } from '../../domain/packages/archive/support/deb-writer.ts';
import type { WrittenEntry } from '../../domain/packages/archive/support/tar-writer.ts';

export interface PackageContent {
  readonly name: string;
  readonly fields?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Run when it is set up. */
  readonly script?: string;
  /** Run before it is removed. */
  readonly farewell?: string;
}

/** A Debian package, as a file to be chosen. */
export interface PackageFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A package at version 1.0. */
export function deb({ name, fields = '', files = {}, script, farewell }: PackageContent): PackageFile {
  const about = `Package: ${name}\nVersion: 1.0\nArchitecture: all\nMaintainer: A <a@isle.test>\nDescription: ${name}\n${fields}`;
  const control: WrittenEntry[] = [{ name: './control', content: Buffer.from(about) }];
  for (const [file, text] of Object.entries({ postinst: script, prerm: farewell })) {
    if (text !== undefined)
      control.push({ name: `./${file}`, mode: 0o755, content: Buffer.from(`#!/bin/sh\n${text}\n`) });
  }
  const folders = new Set(
    Object.keys(files).flatMap((path) => path.split('/').map((_, i, parts) => parts.slice(0, i).join('/'))),
  );
  const entries: WrittenEntry[] = [...folders]
    .toSorted()
    .map((path) => ({ name: `./${path}`, type: 'folder', mode: 0o755 }));
  for (const [path, text] of Object.entries(files))
    entries.push({ name: `./${path}`, mode: 0o755, content: Buffer.from(text) });
  return { name: `${name}.deb`, mimeType: '', buffer: Buffer.from(debOf(entries, { packing: 'xz', control })) };
}
