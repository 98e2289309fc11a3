/** A key made with `gpg --quick-gen-key 'Isle <a@isle.test>' ed25519 sign never`, exported; base64. */
export const KEYRING =
  'mDMEawlNDBYJKwYBBAHaRw8BAQdAVHr18+grY24Z9PJmdysCFlNsaiZymGTawsCeKJ/lGxu0EklzbGUgPGFAaXNsZS50ZXN0PoiQ' +
  'BBMWCAA4FiEEnqnotvERsin5xDRJFJXBtakVG8sFAmsJTQwCGwMFCwkIBwIGFQoJCAsCBBYCAwECHgECF4AACgkQFJXBtakVG8vi' +
  'xgD9HQzlioqUlbGoBVb0FbMvvobLdCQbOGTAJzrGe4fnzeEA/RSY/gXh9y2ryRE/tPkhmkZy6iP0o0e8qDNuaKRA5B4L';

/** A release that names a file of `a b`, as `gpg --clearsign` signs it with that key. */
export const IN_RELEASE = `-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

Origin: Isle
SHA256:
 c8687a08aa5d6ed2044328fa6a697ab8e96dc34291e8c2034ae8c38e6fcc6d65 3 main/Packages
-----BEGIN PGP SIGNATURE-----

iHUEARYIAB0WIQSeqei28RGyKfnENEkUlcG1qRUbywUCawlNDAAKCRAUlcG1qRUb
y6GxAP46qvRcm9JuatKoUT7HcSIuowt+winydeRHJPdtVqnhwQD+PLZEpRRreFbT
q9AQGoYVuaqrLKxbMA6hgzcLCNiqIAM=
=+5cT
-----END PGP SIGNATURE-----
`;

/** What is signed in it. */
export const RELEASE = `Origin: Isle
SHA256:
 c8687a08aa5d6ed2044328fa6a697ab8e96dc34291e8c2034ae8c38e6fcc6d65 3 main/Packages
`;

/** Its signature by itself, as `gpg -b` makes it; base64. */
export const RELEASE_GPG =
  'iHUEABYIAB0WIQSeqei28RGyKfnENEkUlcG1qRUbywUCawlNDAAKCRAUlcG1qRUby021AQCEXmdEuSdamHDcitKzzsjpDyBGvgGE' +
  'rSpUqKvVVyakOwEA7DBeoUp8kraKAUglijXImHX8XtXxRqg96vXaBYiIaQ4=';
