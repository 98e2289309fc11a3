import type { TcpSocket } from '#domain/net/index.ts';

/** Two directions of bytes that end apart from each other: a TCP connection, or what stands for one in another thread. */
export type ByteStreams = TcpSocket;
