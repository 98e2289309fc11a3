import type { AppSettings } from '#domain/http/index.ts';
import type { AppDesk, AppDoor, AppLogEntry, AppRequest, AppResponse, AppService } from '#ports/app-service.ts';
import type { Cancellable } from '#ports/cancellation.ts';
import type { DiskReport } from '#ports/disk-desk.ts';
import type { GuestProcess } from '#ports/engine.ts';
import type { MachineService } from '#ports/machine-service.ts';
import type { NetworkDesk, NetworkReport } from '#ports/network-desk.ts';
import type { Machine, RunOptions, RunResult } from '#ports/portolan.ts';
import { toBytes } from './to-bytes.ts';

type GuestPart = Pick<Machine, 'exec' | 'writeFile' | 'readFile' | 'processes'> &
  Pick<AppService, 'exchange'> &
  Pick<AppDoor, 'letGo'> &
  Pick<MachineService, 'openConnection'>;

/** The guest of a machine that this page's worker runs. */
export abstract class RunningGuest implements AppDesk, NetworkDesk, GuestPart {
  /** @throws AppError `machine/not-running` */
  protected abstract service(action: string): Promise<MachineService>;

  async exec(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const { stdin, ...rest } = options;
    const input = stdin === undefined ? {} : { stdin: toBytes(stdin) };
    const { status, stdout, stderr } = await (await this.service('run programs')).exec(argv, { ...rest, ...input });
    const text = new TextDecoder();
    return { status, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  }

  async writeFile(path: string, content: string | Uint8Array<ArrayBuffer>): Promise<void> {
    await (await this.service('take files')).writeFile(path, toBytes(content));
  }

  async readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.service('give files')).readFile(path);
  }

  async processes(options?: Cancellable): Promise<readonly GuestProcess[]> {
    return (await this.service('list processes')).processes(options);
  }

  async openConnection(port: number, end: MessagePort, options?: Cancellable): Promise<void> {
    await (await this.service('take connections')).openConnection(port, end, options);
  }

  async exchange(request: AppRequest, end: MessagePort, options?: Cancellable): Promise<AppResponse> {
    return (await this.service('answer')).exchange(request, end, options);
  }

  async letGo(asker: string): Promise<void> {
    await (await this.service('let go')).letGo(asker);
  }

  async appSettings(): Promise<readonly AppSettings[]> {
    return (await this.service('tell of its web servers')).appSettings();
  }

  async setAppSettings(settings: readonly AppSettings[]): Promise<void> {
    await (await this.service('tell of its web servers')).setAppSettings(settings);
  }

  async requests(): Promise<readonly AppLogEntry[]> {
    return (await this.service('tell of its web servers')).requests();
  }

  async clearRequests(): Promise<void> {
    await (await this.service('tell of its web servers')).clearRequests();
  }

  async disk(): Promise<DiskReport> {
    return (await this.service('tell of its disk')).disk();
  }

  async network(): Promise<NetworkReport> {
    return (await this.service('tell of its network')).network();
  }

  async setRelay(url: string | undefined): Promise<void> {
    await (await this.service('change its network')).setRelay(url);
  }
}
