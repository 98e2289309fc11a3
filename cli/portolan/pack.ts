import { stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogEntry, Descriptor } from '#domain/container/index.ts';
import { copyContainer, LAYOUT_FILES, packImage, packMachine, publish, PublishError } from '../../publishing/index.ts';
import { hasContainer, isBackupFile, isUrl, openPublication, withBackupFile } from '../../publishing/index.ts';
import { isRuntimeFolder, packRuntimeFolder, readRuntimeFolder, readThumbnail } from '../../publishing/index.ts';
import type { Publication } from '../../publishing/index.ts';
import { say } from '../process/say.ts';
import type { Command } from './command.ts';
import { megabytes } from './format.ts';
import { parseOptions, positionals, required } from './options.ts';
import { copyEntry, imageParts, machineAbout, PACK_OPTIONS, runtimeAbout, type PackValues } from './pack-options.ts';
import { openPlace, splitPlace } from './place.ts';
import { UsageError } from './usage-error.ts';

const HELP = `
Usage: portolan pack SOURCE -o DIR [OPTION…]

Publishes a container or runtime: writes it into the OCI image layout and catalog in DIR, which are made if need be. SOURCE is
  · a container of another catalog or OCI layout: DIR or URL, with #ID, #ID@VERSION or #sha256:… if it has several;
  · the image of a disk with an ext2, ext3 or ext4 file system; with --kernel of any disk;
  · a folder with runtime.json and .deb files: a runtime, packages that machines take on (docs/publishing.md says more);
  · a machine that was exported (*.portolan-machine): its container with all that has changed on its disk. Everything on
    that disk is published: files, keys, histories. Checkpoints and what was in memory stay behind.

Files come first and lists last, so that a crash leaves the catalog as it was. The same source and options give the same
digests, wherever and how often they are packed. A version that the catalog has is replaced; a new version comes before
the older ones, which stay, so that links and machines that go by them go on working.

  -o, --output        the folder to publish in
      --id            name in the catalog, a-z 0-9 . _ -; from the file's name otherwise
      --title         name on the card; the disk's label or the id otherwise
      --summary       a sentence or two
      --tag           a word to find it by; may be repeated
      --replace       takes the other versions of the id out of the catalog, and removes what only they needed

For machines and images:
      --version       of what is in it; 1 otherwise

For machines only:
      --base          where the machine's container is: DIR or URL of a catalog; may be repeated. The folder to publish in
                      and the catalogs that the machine came from otherwise

For images only:
      --kernel        a Linux kernel for 32-bit PCs (bzImage). Without one, only engines that bring theirs can boot it
      --initrd        an initial RAM disk
      --command-line  of the kernel; “root=/dev/sda rw console=ttyS0” otherwise
      --memory        of the machine, in MiB, or as 1G; 256 otherwise
      --thumbnail     a PNG picture of up to 1 MiB, for runtimes, too; one is drawn of the disk otherwise

  portolan pack build/catalog#base -o public/catalog
  portolan pack base-1a2b.portolan-machine -o public/catalog --id workshop --title Workshop
  portolan pack runtimes/redis -o public/catalog
  portolan pack disk.img -o public/catalog --id tools --kernel bzImage --memory 512 --tag debian --tag shell
`;

export const pack: Command = {
  summary: 'publishes a container or runtime in a folder of static files',
  help: HELP,
  run: async (args) => {
    const { values, positionals: given } = parseOptions(args, PACK_OPTIONS);
    const [source = ''] = positionals(given, 'SOURCE');
    const dir = required(values.output, '--output');
    const packInto = await packerFor(source, values);
    const { entry, changed } = await publish(dir, (scratch) => packInto(dir, scratch), {
      alone: values.replace === true,
    });
    report(dir, entry, changed);
    return 0;
  },
};

type Packer = (dir: string, scratch: string) => Promise<CatalogEntry>;

async function packerFor(source: string, values: PackValues): Promise<Packer> {
  const isFile = !(await isLayout(source));
  if (isFile && (await isBackupFile(source))) return machinePacker(source, values);
  if (values.base) throw new UsageError('--base is for exported machines.');
  if (!isFile && isRuntimeFolder(source)) return runtimePacker(source, values);
  return isFile ? imagePacker(source, values) : layoutPacker(source, values);
}

async function isLayout(source: string): Promise<boolean> {
  const { location } = splitPlace(source);
  if (isUrl(location)) return true;
  const found = await stat(location).catch(() => undefined);
  if (!found) throw new PublishError(`There is no ${location}.`);
  return found.isDirectory();
}

function machinePacker(source: string, values: PackValues): Packer {
  return (dir, scratch) =>
    withBackupFile(source, async (backup) => {
      const { machine } = backup.description;
      const about = machineAbout(machine, values);
      const base = await findBase(machine.manifest, values.base ?? [dir, ...machine.sources]);
      say(`All that is on the disk of “${machine.title}” becomes part of the container. Packing …`);
      return packMachine(dir, scratch, { about, backup, base });
    });
}

/** The first of some catalogs that has a container. */
async function findBase(manifest: Descriptor, places: readonly string[]): Promise<Publication> {
  const answers: string[] = [];
  for (const place of places) {
    try {
      const publication = await openPublication(place);
      if (await hasContainer(publication, manifest)) return publication;
      answers.push(`${place}: it does not have it`);
    } catch (error) {
      answers.push(`${place}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const heard = answers.map((answer) => `\n  · ${answer}`).join('');
  throw new PublishError(`The machine’s container, ${manifest.digest}, is needed: --base says where it is.${heard}`);
}

async function runtimePacker(source: string, values: PackValues): Promise<Packer> {
  const { path, description } = await readRuntimeFolder(source);
  const about = runtimeAbout(description, values);
  const thumbnail = values.thumbnail === undefined ? undefined : await readThumbnail(values.thumbnail);
  return (dir, scratch) => packRuntimeFolder(dir, scratch, { path, description, about, thumbnail });
}

async function layoutPacker(source: string, values: PackValues): Promise<Packer> {
  const { publication, entry } = await openPlace(source);
  const copy = copyEntry(entry, values);
  return async (dir, scratch) => {
    await copyContainer(dir, scratch, publication, entry);
    return copy;
  };
}

async function imagePacker(source: string, values: PackValues): Promise<Packer> {
  const parts = await imageParts(source, values);
  if (!parts.kernel) say('Without --kernel, only engines that bring their own kernel can boot it.');
  return (dir, scratch) => {
    say(`Compressing ${megabytes(parts.disk.size)} …`);
    return packImage(dir, scratch, parts);
  };
}

function report(dir: string, { id, version, manifest, size }: CatalogEntry, changed: boolean): void {
  console.log(`${id}@${version}  ${manifest.digest}  ${megabytes(size)}`);
  if (!changed) say(`${dir} has it already: nothing has changed.`);
  else if (existsSync(join(dir, LAYOUT_FILES.signature)))
    say(`The catalog has changed, so its signature no longer holds: portolan sign ${dir} -k KEY signs it anew.`);
}
