/** Runs the contract of kept machines on the browser's files, which only a worker can open. */
import { serve } from '#rpc/serve.ts';
import { loadCompression } from '#storage/zstd.ts';
import { FolderMachines } from '#storage/machines/folder-machines.ts';
import { OpfsFolders } from '#storage/machines/opfs-folders.ts';
import { KEPT_MACHINES_CASES } from '../../contract/kept-machines.ts';
import { BUILD, type ContractService } from './contract-service.ts';

const service: ContractService = {
  async run(name) {
    const folders = new OpfsFolders(`test-${crypto.randomUUID()}`);
    await KEPT_MACHINES_CASES[name]?.(new FolderMachines(folders, loadCompression));
    for (const folder of await folders.list()) await folders.remove(folder);
  },
};

serve(service, BUILD);
