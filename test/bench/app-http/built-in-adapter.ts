import type { V86Assets } from '#engines/v86/index.ts';
import type { Session } from '#ports/engine.ts';
import { V86 } from 'v86';

/** v86's fake TCP: src/browser/fake_network.js of its source. */
export interface FakeConnection {
  on(event: 'connect' | 'close' | 'shutdown', listener: () => void): void;
  on(event: 'data', listener: (bytes: Uint8Array) => void): void;
  write(bytes: Uint8Array): void;
  close(): void;
}

/** v86's adapter with `relay_url: "fetch"`: src/browser/fetch_network.js. */
interface FetchAdapter {
  vm_mac: Uint8Array;
  send(frame: Uint8Array): void;
  receive(frame: Uint8Array): void;
  connect(port: number): FakeConnection;
}

/**
 * The adapter that v86 brings, at the network card of a session of ours: the same guest, the same card. It is taken from an
 * emulator that never runs.
 */
export async function builtInAdapter(session: Session, { wasm }: V86Assets): Promise<FetchAdapter> {
  const emulator = new V86({
    wasm_fn: async (imports) => (await WebAssembly.instantiate(wasm, imports)).exports,
    memory_size: 1024 * 1024,
    vga_memory_size: 1024 * 1024,
    autostart: false,
    net_device: { type: 'virtio', relay_url: 'fetch', router_ip: '10.0.2.2', vm_ip: '10.0.2.15' },
  });
  await new Promise<void>((resolve) => emulator.add_listener('emulator-loaded', resolve));
  const { network_adapter: adapter } = emulator as unknown as { readonly network_adapter: FetchAdapter };
  adapter.receive = (frame) => session.network.send(Uint8Array.from(frame));
  session.network.subscribe((frame) => {
    adapter.vm_mac = frame.slice(6, 12);
    adapter.send(frame);
  });
  return adapter;
}
