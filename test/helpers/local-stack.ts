import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SpawnedProcess } from './child-process.ts';

const copiedPaths = [
  ...['README.md', 'LICENSE', 'serverless.yml', 'package.json', 'tsconfig.json'],
  ...['CHANGELOG.md', 'docs', 'examples', 'schemas', 'src'],
];

/** The project in a folder of its own, so that what `sls` writes there disturbs nobody. */
export class ProjectCopy {
  readonly folder: string;

  /** Default in a temporary folder. */
  constructor(parent = tmpdir()) {
    this.folder = mkdtempSync(join(parent, 'kaiwa-'));
    for (const name of copiedPaths) cpSync(name, join(this.folder, name), { recursive: true });
    symlinkSync(resolve('node_modules'), join(this.folder, 'node_modules'));
  }

  /** Runs the installed `sls`, as an `npx sls` in that folder would. */
  sls(args: readonly string[], env: NodeJS.ProcessEnv = {}): SpawnedProcess {
    const command = resolve('node_modules/.bin/sls');
    return new SpawnedProcess(command, args, {
      cwd: this.folder,
      env: { ...envWithoutAws(), ...env },
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** This environment as one who has no AWS account has it. */
function envWithoutAws(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')),
  );
}

/** Ports that nobody listens on. */
export async function findFreePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, 'localhost'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** The real local stack on free ports, as `npm start` runs it. */
export class Stack {
  readonly checkout = new ProjectCopy();
  readonly ports: { http: number; websocket: number; lambda: number };
  readonly #params: readonly string[];
  #process?: SpawnedProcess;

  private constructor(
    [http = 0, websocket = 0, lambda = 0]: readonly number[],
    params: readonly string[],
  ) {
    this.ports = { http, websocket, lambda };
    this.#params = params;
  }

  /** Starts one, with parameters such as `presenceLimit=5`, and waits until it says that it is ready. */
  static async start(params: readonly string[] = []): Promise<Stack> {
    const stack = new Stack(await findFreePorts(3), params);
    await stack.start();
    return stack;
  }

  /** Where its WebSocket is. */
  get url(): string {
    return `ws://localhost:${this.ports.websocket}`;
  }

  /** The environment that moves a stack to its ports. */
  get env(): NodeJS.ProcessEnv {
    const { http, websocket, lambda } = this.ports;
    return { HTTP_PORT: `${http}`, WEBSOCKET_PORT: `${websocket}`, LAMBDA_PORT: `${lambda}` };
  }

  /** Waits until one more invocation of its function has ended. */
  async waitForInvocation(): Promise<void> {
    await this.#process?.waitForLine('RequestId: ');
  }

  /** Starts it again where it was stopped. */
  async start(): Promise<void> {
    const params = this.#params.map((param) => `--param=${param}`);
    const args = ['offline', 'start', '--stage', 'local', ...params];
    this.#process = this.checkout.sls(args, this.env);
    await this.#process.waitForLine('Kaiwa is ready');
  }

  /** Stops it as Ctrl-C does, and tells its exit code. */
  async stop(): Promise<number | null> {
    return (await this.#process?.stop('SIGINT')) ?? null;
  }

  /** Stops it and leaves nothing behind. */
  async remove(): Promise<void> {
    await this.stop();
    this.checkout.remove();
  }
}
