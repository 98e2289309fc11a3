import { MemorySourceStore } from '#storage/sources/memory-source-store.ts';
import { sourceStoreContract } from '../contract/source-store.ts';

sourceStoreContract('MemorySourceStore', () => Promise.resolve(new MemorySourceStore()));
