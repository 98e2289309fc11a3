import { afterAll, beforeAll, describe, it } from 'vitest';
import { connect, type Connection } from '#rpc/connect.ts';
import { KEPT_MACHINES_CASES } from '../contract/kept-machines.ts';
import { BUILD, type ContractService } from './support/contract-service.ts';

describe('machines in the browser’s own files', () => {
  const worker = new Worker(new URL('./support/kept-machines-worker.ts', import.meta.url), { type: 'module' });
  let connection: Connection<ContractService>;

  beforeAll(async () => {
    const { signal } = new AbortController();
    connection = await connect<ContractService>(worker, { build: BUILD, peer: 'worker', gone: signal });
  });
  afterAll(() => worker.terminate());

  for (const name of Object.keys(KEPT_MACHINES_CASES)) {
    it(name, () => connection.service.run(name));
  }
});
