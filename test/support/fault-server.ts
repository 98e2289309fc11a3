import { Agent, request as ask, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOME_HOST } from '../../cli/serve/home-host.ts';
import { listenOn, LOOPBACK, type Listening } from '../../cli/serve/listen.ts';
import { startServer, type RunningServer } from '../../cli/serve/server.ts';
import { askedWith, breakingOff, counting, isRefusal, refusal, spoil, type Answer, type Fault } from './faults.ts';
import { Link, type LinkSpeed } from './throttle.ts';

/** A request that was seen, and what became of it so far. */
export interface LoggedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** The Range header; undefined for the whole file. */
  readonly range: string | undefined;
  readonly ifNoneMatch: string | undefined;
  /** 0 while there is no answer. */
  readonly status: number;
  /** Bytes of the body that were sent. */
  readonly sent: number;
  readonly fault: Fault['kind'] | undefined;
}

/** Which requests fail, and how. The first rule that fits counts. */
export interface FaultRule {
  readonly fault: Fault;
  /** Requests for such paths only. */
  readonly path?: RegExp;
  /** Only requests with a Range header, or only those without. */
  readonly ranged?: boolean;
  /** How many that fit are answered well before. Default 0. */
  readonly skip?: number;
  /** How many fail. Default: all from then on. */
  readonly times?: number;
}

type Entry = { -readonly [Key in keyof LoggedRequest]: LoggedRequest[Key] };
type ActiveRule = FaultRule & { seen: number };

/**
 * Our own server on the loopback over a folder, that can be told to fail, to be slow, and to be gone. It passes requests
 * on to a sound one, so that everything that is not said to fail is as `portolan serve` does it.
 */
export class FaultServer {
  readonly requests: LoggedRequest[] = [];
  readonly #agent = new Agent({ keepAlive: true });
  /** Connections that have had a request. */
  readonly #known = new WeakSet<Socket>();
  #sound: RunningServer;
  #listening: Listening | undefined;
  #port = 0;
  #rules: readonly ActiveRule[] = [];
  #link: Link | undefined;

  private constructor(sound: RunningServer) {
    this.#sound = sound;
  }

  /** Serves a folder at a free port. */
  static async open(root: string): Promise<FaultServer> {
    const server = new FaultServer(await startServer({ root, port: 0 }));
    await server.start();
    return server;
  }

  get port(): number {
    return this.#port;
  }

  /** `http://127.0.0.1:PORT/`: another origin than the app's. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  /** `http://portolan.localhost:PORT/`: where the app itself can be, when the folder is a build. */
  get homeUrl(): string {
    return `http://${HOME_HOST}:${this.#port}/`;
  }

  /** Lets requests fail from now on. @returns ends that */
  inject(rule: FaultRule): () => void {
    const active = { ...rule, seen: 0 };
    this.#rules = [...this.#rules, active];
    return () => {
      this.#rules = this.#rules.filter((each) => each !== active);
    };
  }

  /** Forgets all rules. */
  heal(): void {
    this.#rules = [];
  }

  /** Answers come over a link of this speed from now on; undefined: as fast as it goes. */
  throttle(speed: LinkSpeed | undefined): void {
    this.#link = speed && new Link(speed);
  }

  /** Serves this folder from now on, at the same address. */
  async deploy(root: string): Promise<void> {
    const before = this.#sound;
    this.#sound = await startServer({ root, port: 0 });
    await before.close();
  }

  /** Listens (again), at the same port as before. */
  async start(): Promise<void> {
    if (this.#listening) return;
    this.#listening = await listenOn(LOOPBACK, this.#port, this.#answer);
    this.#port = this.#listening.port;
  }

  /** Nobody listens at its port any longer, and open connections are cut. */
  async stop(): Promise<void> {
    const listening = this.#listening;
    this.#listening = undefined;
    await listening?.close();
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    await this.stop();
    this.#agent.destroy();
    await this.#sound.close();
  }

  /** Requests for paths that fit. */
  requestsFor(path: RegExp): readonly LoggedRequest[] {
    return this.requests.filter((request) => path.test(request.path));
  }

  /** Bytes of bodies that were sent, all or of paths that fit. */
  sent(path = /^/): number {
    return this.requestsFor(path).reduce((sum, request) => sum + request.sent, 0);
  }

  readonly #answer: RequestListener = (request, response) => {
    const entry = logged(request);
    this.requests.push(entry);
    const fault = this.#faultFor(entry);
    entry.fault = fault?.kind;
    this.#respond(request, response, entry, fault).catch(() => response.destroy());
  };

  async #respond(
    request: IncomingMessage,
    response: ServerResponse,
    entry: Entry,
    fault: Fault | undefined,
  ): Promise<void> {
    await this.#travel(request.socket);
    if (fault?.kind === 'stalled' && fault.after === undefined) return;
    if (fault && isRefusal(fault)) {
      const { status, headers, text } = refusal(fault, entry.path);
      entry.status = status;
      response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : text);
      return;
    }
    const answer = spoil(fault, await this.#forward(request, fault));
    entry.status = answer.status;
    response.writeHead(answer.status, answer.headers);
    await this.#send(answer, response, entry, fault);
  }

  /** What a request and its answer need to cross the link. */
  async #travel(socket: Socket): Promise<void> {
    const link = this.#link;
    const trips = this.#known.has(socket) ? 1 : 2;
    this.#known.add(socket);
    if (link) await sleep(trips * link.speed.roundTrip);
  }

  #forward(request: IncomingMessage, fault: Fault | undefined): Promise<Answer> {
    const { method, url: path } = request;
    const headers = askedWith(fault, request.headers);
    return new Promise((resolve, reject) => {
      const target = { host: '127.0.0.1', port: this.#sound.port, agent: this.#agent };
      ask({ ...target, method, path, headers }, (answer) => {
        resolve({ status: answer.statusCode ?? 502, headers: endToEnd(answer), body: answer, steps: [] });
      })
        .on('error', reject)
        .end();
    });
  }

  async #send(answer: Answer, response: ServerResponse, entry: Entry, fault: Fault | undefined): Promise<void> {
    const onSent = (bytes: number): void => void (entry.sent += bytes);
    const steps = [answer.body, ...answer.steps, ...(this.#link ? [this.#link.stream()] : [])];
    if (fault?.kind !== 'stalled' && fault?.kind !== 'dropped') {
      return pipeline([...steps, counting(onSent), response]);
    }
    response.flushHeaders();
    const onLimit = (): void => void (fault.kind === 'dropped' && response.destroy());
    await pipeline([...steps, breakingOff(response, fault.after ?? 0, { onSent, onLimit })]);
  }

  #faultFor(entry: LoggedRequest): Fault | undefined {
    for (const rule of this.#rules) {
      if (!fits(rule, entry)) continue;
      const number = rule.seen++ - (rule.skip ?? 0);
      if (number >= 0 && number < (rule.times ?? Infinity)) return rule.fault;
    }
    return undefined;
  }
}

function fits({ path, ranged }: FaultRule, entry: LoggedRequest): boolean {
  return (path?.test(entry.path) ?? true) && (ranged === undefined || ranged === (entry.range !== undefined));
}

function logged({ method = 'GET', url: path = '/', headers }: IncomingMessage): Entry {
  const { range, 'if-none-match': ifNoneMatch } = headers;
  return { method, path, range, ifNoneMatch, status: 0, sent: 0, fault: undefined };
}

/** Headers of the connection between the two servers are not for the client. */
function endToEnd({ headers }: IncomingMessage): Answer['headers'] {
  const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...rest } = headers;
  return rest;
}
