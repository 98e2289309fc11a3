/**
 * In MB/s: a guest's writing of 64 MB with fsync to a disk that is kept, or in memory; its reading them back after a
 * restart. In bytes for each byte that is needed: what the log takes after one file was written again and again.
 */
export type Measurement = 'write kept' | 'write in memory' | 'read back' | 'space';
