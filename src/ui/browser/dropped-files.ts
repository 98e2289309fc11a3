/**
 * The files that were dropped, those in dropped folders, too, at any depth.
 * @param ending of the names of files in folders; what was dropped itself may have any
 */
export async function droppedFiles({ items, files }: DataTransfer, ending: string): Promise<readonly File[]> {
  // What was dropped is there only until the event is over: all entries are taken before anything is waited for.
  const entries = [...items].map((item) => item.webkitGetAsEntry());
  const folders = entries.filter((entry) => entry instanceof FileSystemDirectoryEntry);
  if (folders.length === 0) return [...files];
  const inFolders = await Promise.all(folders.map((folder) => filesIn(folder, ending)));
  const single = entries.filter((entry) => entry instanceof FileSystemFileEntry);
  return [...(await Promise.all(single.map(fileOf))), ...inFolders.flat()];
}

async function filesIn(folder: FileSystemDirectoryEntry, ending: string): Promise<readonly File[]> {
  const found: File[] = [];
  for (const entry of await entriesOf(folder)) {
    if (entry instanceof FileSystemDirectoryEntry) found.push(...(await filesIn(entry, ending)));
    else if (entry instanceof FileSystemFileEntry && entry.name.endsWith(ending)) found.push(await fileOf(entry));
  }
  return found;
}

/** Browsers give a few at a time, and none when there are no more. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const next = () => new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
  const all: FileSystemEntry[] = [];
  for (let some = await next(); some.length > 0; some = await next()) all.push(...some);
  return all;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
