import { debOf } from '../../domain/packages/archive/support/deb-writer.ts';
import type { WrittenEntry } from '../../domain/packages/archive/support/tar-writer.ts';

export interface PackageContent {
  readonly name: string;
  /** 1.0 by default. */
  readonly version?: string;
  readonly fields?: string;
  /** What other packages' files concern it (deb-triggers(5)). */
  readonly triggers?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Run before it is unpacked. */
  readonly before?: string;
  /** Run when it is set up. */
  readonly script?: string;
  /** Run before it is removed. */
  readonly farewell?: string;
  /** Run once it is removed. */
  readonly after?: string;
}

/** A Debian package, as a file to be chosen. */
export interface PackageFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

export function deb(content: PackageContent): PackageFile {
  const { name, files = {} } = content;
  const folders = new Set(
    Object.keys(files).flatMap((path) => path.split('/').map((_, i, parts) => parts.slice(0, i).join('/'))),
  );
  const entries: WrittenEntry[] = [...folders]
    .toSorted()
    .map((path) => ({ name: `./${path}`, type: 'folder', mode: 0o755 }));
  for (const [path, text] of Object.entries(files))
    entries.push({ name: `./${path}`, mode: 0o755, content: Buffer.from(text) });
  return {
    name: `${name}.deb`,
    mimeType: '',
    buffer: Buffer.from(debOf(entries, { packing: 'xz', control: controlOf(content) })),
  };
}

function controlOf({ name, version = '1.0', fields = '', triggers = '', ...content }: PackageContent): WrittenEntry[] {
  const about = `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: A <a@isle.test>\nDescription: ${name}\n${fields}`;
  const { before: preinst, script: postinst, farewell: prerm, after: postrm } = content;
  const scripts = Object.entries({ preinst, postinst, prerm, postrm }).flatMap(([file, text]): WrittenEntry[] =>
    text === undefined ? [] : [{ name: `./${file}`, mode: 0o755, content: Buffer.from(`#!/bin/sh\n${text}\n`) }],
  );
  return [
    { name: './control', content: Buffer.from(about) },
    { name: './triggers', content: Buffer.from(triggers) },
    ...scripts,
  ];
}

/** All of a machine that a failed installation may not have touched. */
export const FINGERPRINT = `(find /usr /etc /var /root /opt -xdev ! -path '/var/log/*' -printf '%p %y %m %U %G %s %T@\\n' | sort; cat /var/lib/dpkg/status) | sha256sum`;
