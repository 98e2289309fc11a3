import { MemoryContentStore } from '#storage/index.ts';
import { contentStoreContract } from '../contract/content-store.ts';

contentStoreContract('MemoryContentStore', () => Promise.resolve(new MemoryContentStore()));
