import { LISTENING_PORTS_COMMAND, parseListeningPorts, type ListeningPort } from '#domain/guest/index.ts';
import { routePrefix, type AppSettings, type AppsPlace } from '#domain/http/index.ts';
import type { AppDesk, AppLogEntry, AppRequest, AppResponse } from '#ports/app-service.ts';
import type { ByteStreams } from '#ports/byte-streams.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { DiskReport } from '#ports/disk-desk.ts';
import type { GuestProcess } from '#ports/engine.ts';
import type { NetworkDesk, NetworkReport } from '#ports/network-desk.ts';
import type { MachineServices } from '#ports/machine-services.ts';
import type { Machine, RunOptions, RunResult } from '#ports/portolan.ts';
import type { SharedMachine } from '#ports/shared-machine.ts';
import { askApp, ByteChannel } from '#rpc/index.ts';
import { GuestServices } from '../services/index.ts';
import { toBytes } from '../to-bytes.ts';

/** What any tab can have done with a machine's guest. */
export type Reachable = Omit<SharedMachine, `${string}Console`>;

type GuestPart = Pick<
  Machine,
  | 'exec'
  | 'writeFile'
  | 'readFile'
  | 'processes'
  | 'listeningPorts'
  | 'services'
  | 'appUrl'
  | 'connect'
  | 'fetch'
  | 'disk'
  | keyof AppDesk
  | keyof NetworkDesk
>;

/** A machine's guest, wherever it runs. */
export abstract class ReachableGuest implements GuestPart {
  abstract readonly id: string;
  readonly services: MachineServices = new GuestServices(this);

  /** Who can do something with the guest: this tab, or the one that runs it. @throws AppError `tab/*` */
  protected abstract target(): Promise<Reachable>;

  /** Where pages of guests are; undefined where this window has no place for them. */
  protected abstract get appsPlace(): AppsPlace | undefined;

  async exec(argv: readonly string[], options?: RunOptions): Promise<RunResult> {
    return (await this.target()).exec(argv, options);
  }

  async writeFile(path: string, content: string | Uint8Array<ArrayBuffer>): Promise<void> {
    return (await this.target()).writeFile(path, toBytes(content));
  }

  async readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.target()).readFile(path);
  }

  async processes(options?: Cancellable): Promise<readonly GuestProcess[]> {
    return (await this.target()).processes(options);
  }

  async listeningPorts(options?: Cancellable): Promise<readonly ListeningPort[]> {
    const { stdout } = await this.exec(LISTENING_PORTS_COMMAND, options);
    return parseListeningPorts(stdout);
  }

  async connect(port: number, options?: Cancellable): Promise<ByteStreams> {
    const { port1, port2 } = new MessageChannel();
    await this.openConnection(port, port2, options);
    return new ByteChannel(port1);
  }

  appUrl(app: number | string): string | undefined {
    const { appsPlace: place } = this;
    return place && `${place.origin}${routePrefix({ base: place.base, machine: this.id, app: String(app) })}/`;
  }

  async fetch(port: number, request: string | URL | Request, init?: RequestInit): Promise<Response> {
    // Where their pages have no place, the guest's servers can be asked all the same.
    const { origin, base } = this.appsPlace ?? { origin: location.origin, base: '' };
    const wanted = new Request(request instanceof Request ? request : new URL(request, origin), init);
    const { pathname, search } = new URL(wanted.url);
    const destination = { origin, base, app: String(port), port, target: `${pathname}${search}` };
    return askApp(this, wanted, destination);
  }

  async exchange(request: AppRequest, end: MessagePort, options?: Cancellable): Promise<AppResponse> {
    return (await this.target()).exchange(request, end, options);
  }

  async openConnection(port: number, end: MessagePort, options?: Cancellable): Promise<void> {
    await (await this.target()).openConnection(port, end, options);
  }

  async appSettings(): Promise<readonly AppSettings[]> {
    return (await this.target()).appSettings();
  }

  async setAppSettings(settings: readonly AppSettings[]): Promise<void> {
    await (await this.target()).setAppSettings(settings);
  }

  async requests(): Promise<readonly AppLogEntry[]> {
    return (await this.target()).requests();
  }

  async clearRequests(): Promise<void> {
    await (await this.target()).clearRequests();
  }

  async disk(): Promise<DiskReport> {
    return (await this.target()).disk();
  }

  async network(): Promise<NetworkReport> {
    return (await this.target()).network();
  }

  async setRelay(url: string | undefined): Promise<void> {
    await (await this.target()).setRelay(url);
  }
}
