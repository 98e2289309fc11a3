import type { Page } from '@playwright/test';

/** The names of the files that machines keep, as `folder/file`. */
export async function keptFiles(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const names: string[] = [];
    const machines = await root.getDirectoryHandle('machines', { create: true });
    for await (const [folder, handle] of machines) {
      if (!(handle instanceof FileSystemDirectoryHandle)) continue;
      for await (const file of handle.keys()) names.push(`${folder}/${file}`);
    }
    return names;
  });
}

/** Flips a bit in the middle of each saved state, as a failing disk would. */
export async function damageStates(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    for await (const folder of (await root.getDirectoryHandle('machines')).values()) {
      if (!(folder instanceof FileSystemDirectoryHandle)) continue;
      for await (const file of folder.values()) {
        if (!(file instanceof FileSystemFileHandle) || !file.name.startsWith('state-')) continue;
        const content = new Uint8Array(await (await file.getFile()).arrayBuffer());
        content.set([(content.at(content.length >> 1) ?? 0) ^ 1], content.length >> 1);
        const writable = await file.createWritable();
        await writable.write(content);
        await writable.close();
      }
    }
  });
}
