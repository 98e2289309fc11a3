/** Names of the files that make a folder of blobs an OCI image layout and a catalog. */
export const LAYOUT_FILES = {
  layout: 'oci-layout',
  index: 'index.json',
  catalog: 'catalog.json',
  signature: 'catalog.json.minisig',
  publicKey: 'minisign.pub',
} as const;
