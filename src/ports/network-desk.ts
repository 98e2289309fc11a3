import type { RelayState } from '#domain/wisp/index.ts';

/** What is between a machine's guest and the world. */
export interface NetworkReport {
  /** The relay's URL; undefined while the machine has no network, as at first. */
  readonly relay: string | undefined;
  readonly state: RelayState;
  /** Bytes of the guest's that have passed since it was started. */
  readonly sent: number;
  readonly received: number;
  /** Connections of the guest's that are open now. */
  readonly connections: number;
}

/** What the user sees and sets of a running machine's way to the world. Every method may throw AppError `machine/*`, `tab/*`. */
export interface NetworkDesk {
  network(): Promise<NetworkReport>;
  /**
   * Lets the guest connect to the world through a relay that speaks the wisp protocol, from now on and after each start; or to
   * nothing, which breaks off its connections.
   * @param url begins with wss://, or with ws:// for a relay on this device; undefined for off
   * @throws AppError `relay/bad-address`, `storage/*`; then the former one holds
   */
  setRelay(url: string | undefined): Promise<void>;
}
