import { untilAborted, Wakeup } from '#domain/async/index.ts';
import type { AppSettings } from '#domain/http/index.ts';
import type {
  AppCaller,
  AppDesk,
  AppDoor,
  AppLogEntry,
  AppRequest,
  AppResponse,
  AppService,
} from '#ports/app-service.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { ExecOptions, ExecResult, Session } from '#ports/engine.ts';
import type { MachineService } from '#ports/machine-service.ts';
import type { NetworkDesk, NetworkReport } from '#ports/network-desk.ts';
import { ByteChannel } from '#rpc/index.ts';
import { AppPorts } from './app-ports.ts';
import type { GuestNetwork } from './guest-network.ts';
import type { MachineApps } from './machine-apps.ts';

/** A guest that runs, and ways to its servers. */
export interface Servers {
  readonly session: Session;
  readonly network: GuestNetwork;
  readonly apps: MachineApps;
}

type GuestPart = Pick<AppService, 'exchange'> &
  Pick<MachineService, 'openConnection' | 'writeConsole' | 'exec' | 'writeFile' | 'readFile'>;

/** A machine's service, as far as it leads to programs, files and servers in its guest. */
export abstract class ServedGuest implements AppDoor, AppDesk, NetworkDesk, GuestPart {
  readonly #booted = new Wakeup();
  #canAnswer = false;
  readonly #ports = new AppPorts(async (action, signal) => {
    // Pages wait for a guest that boots again.
    while (!this.#canAnswer) await untilAborted(this.#booted.next(), signal);
    return this.servers(action).apps;
  });

  /** @throws AppError `machine/not-running` */
  protected abstract servers(action: string): Servers;

  /** The guest can be asked from now on. */
  protected bootEnded(): void {
    this.#canAnswer = true;
    this.#booted.wake();
  }

  /** It cannot until another boot has ended. */
  protected sessionEnded(): void {
    this.#canAnswer = false;
  }

  async writeConsole(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.servers('take input').session.console.write(bytes);
  }

  async exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    return this.servers('run programs').session.exec(argv, options);
  }

  async writeFile(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.servers('take files').session.writeFile(path, bytes);
  }

  async readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.servers('give files').session.readFile(path);
  }

  async openConnection(port: number, end: MessagePort, options?: Cancellable): Promise<void> {
    const streams = await this.servers('take connections').network.connect(port, options);
    new ByteChannel(end).join(streams);
  }

  async exchange(request: AppRequest, end: MessagePort, options?: Cancellable): Promise<AppResponse> {
    return this.servers('answer').apps.exchange(request, end, options);
  }

  async openApps(end: MessagePort, caller: AppCaller): Promise<void> {
    this.#ports.open(end, caller);
  }

  async letGo(asker: string): Promise<void> {
    this.#ports.letGo(asker);
  }

  async appSettings(): Promise<readonly AppSettings[]> {
    return this.#apps().book.all;
  }

  async setAppSettings(settings: readonly AppSettings[]): Promise<void> {
    await this.#apps().book.set(settings);
  }

  async requests(): Promise<readonly AppLogEntry[]> {
    return this.#apps().log.list();
  }

  async clearRequests(): Promise<void> {
    this.#apps().log.clear();
  }

  async network(): Promise<NetworkReport> {
    return this.servers('tell of its network').network.report;
  }

  async setRelay(url: string | undefined): Promise<void> {
    await this.servers('change its network').network.setRelay(url);
  }

  #apps(): MachineApps {
    return this.servers('tell of its web servers').apps;
  }
}
