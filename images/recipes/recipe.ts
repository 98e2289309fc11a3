/** A program that runs as long as the machine does, under runit. */
export interface RecipeService {
  readonly name: string;
  readonly description: string;
}

/** What a container is made of: data only. */
export interface Recipe {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly version: string;
  readonly tags: readonly string[];
  /** Debian packages beside the essential ones; what they depend on comes with them. */
  readonly packages: readonly string[];
  /** Folders in `rootfs` whose files it adds, in order: a later one's take the place of an earlier one's. */
  readonly files: readonly string[];
  /** Guest memory in MB (2^20 bytes). */
  readonly memory: number;
  /** Length of the disk in MiB. */
  readonly disk: number;
  readonly kernelCommandLine: string;
  readonly services: readonly RecipeService[];
  /** TCP ports that its services listen on. */
  readonly ports: readonly number[];
  /** The one time of everything built, in seconds since 1970: same inputs, same bytes. */
  readonly epoch: number;
  /** Id of the file system and seed of its directory hashes (RFC 9562 UUID). */
  readonly uuid: string;
}
