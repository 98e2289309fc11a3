import { expect, test } from 'vitest';
import { choicesOf, mainMirror, parseIndexUris, sourcesList } from '../../images/build/mirror.ts';
import { packageOf, parsePackageUris } from '../../images/build/private-apt.ts';

const UPDATE_URIS = `'https://packages.example/apt/dists/bookworm/InRelease' packages.example_apt_dists_bookworm_InRelease 0 
'http://mirror.example/debian/dists/bookworm/InRelease' mirror.example_debian_dists_bookworm_InRelease 0 
'http://mirror.example/debian/dists/bookworm-updates/InRelease' mirror.example_debian_dists_bookworm-updates_InRelease 0 
'http://mirror.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' mirror.example_Packages 0 
'http://mirror.example/debian-security/dists/bookworm-security/InRelease' mirror.example_debian-security_InRelease 0 
`;

test('finds the Debian mirror among the archives that apt knows', () => {
  const known = parseIndexUris(UPDATE_URIS);
  expect(known).toHaveLength(4);
  expect(mainMirror(known)).toBe('http://mirror.example/debian');
});

test('takes a mirror without updates by its path, and none where there is none', () => {
  expect(mainMirror([{ uri: 'http://mirror.example/debian', suite: 'trixie' }])).toBe('http://mirror.example/debian');
  expect(mainMirror([{ uri: 'http://packages.example/apt', suite: 'bookworm' }])).toBeUndefined();
});

test('ends with bookworm alone, whatever else a mirror has', () => {
  const choices = choicesOf('http://mirror.example/debian', 'http://mirror.example/debian-security');
  expect(choices.map((archives) => archives.map(({ suite }) => suite))).toEqual([
    ['bookworm', 'bookworm-updates', 'bookworm-security'],
    ['bookworm', 'bookworm-updates'],
    ['bookworm'],
  ]);
  expect(choicesOf('http://mirror.example/debian', undefined)).toHaveLength(2);
});

test('asks for i386 packages signed by Debian', () => {
  expect(sourcesList([{ uri: 'http://mirror.example/debian', suite: 'bookworm' }], '/keys.gpg')).toBe(
    'deb [arch=i386 signed-by=/keys.gpg] http://mirror.example/debian bookworm main\n',
  );
});

test('reads the packages that apt would fetch', () => {
  const sha256 = 'ab'.repeat(32);
  const text = `'http://mirror.example/debian/pool/m/mount_2.38.1-5_i386.deb' mount_1%3a2.38.1-5_i386.deb 139736 SHA256:${sha256}\n`;
  const [file] = parsePackageUris(text);
  expect(file).toMatchObject({ file: 'mount_1%3a2.38.1-5_i386.deb', size: 139_736, sha256 });
  expect(packageOf('mount_1%3a2.38.1-5_i386.deb')).toBe('mount=1:2.38.1-5');
});
