/** How much memory machines take, and how much there is. Pure reckoning: who measures or asks is elsewhere. */
export { hasRoom, machineMemory, memoryBudget, type MemoryRoom } from './room.ts';
