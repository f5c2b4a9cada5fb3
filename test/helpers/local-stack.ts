import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SpawnedProcess } from './child-process.ts';

const copiedPaths = [
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'serverless.yml',
  'package.json',
  'tsconfig.base.json',
  'docs',
  'examples',
  'schemas',
  'src',
];

/** A copy of the project. Files that `sls` writes there cannot disturb other tests. */
export class ProjectCopy {
  readonly folder: string;

  /** Copies the project into a new folder. @default below the temporary folder of the system */
  constructor(parent = tmpdir()) {
    this.folder = mkdtempSync(join(parent, 'kaiwa-'));
    for (const name of copiedPaths) cpSync(name, join(this.folder, name), { recursive: true });
    symlinkSync(resolve('node_modules'), join(this.folder, 'node_modules'));
  }

  /** Runs the installed `sls`, as `npx sls` does in that folder. */
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

/** Returns this environment without AWS settings, as on a machine without an AWS account. */
function envWithoutAws(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')),
  );
}

/** Finds ports that are free. */
export async function findFreePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, 'localhost'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** The local stack on free ports, as `npm start` runs it. */
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

  /** Starts a stack with parameters such as `presenceLimit=5`, and waits until it is ready. */
  static async start(params: readonly string[] = []): Promise<Stack> {
    const stack = new Stack(await findFreePorts(3), params);
    await stack.start();
    return stack;
  }

  /** The URL of its WebSocket. */
  get url(): string {
    return `ws://localhost:${this.ports.websocket}`;
  }

  /** The environment that makes `sls offline` listen on the stack's ports. */
  get env(): NodeJS.ProcessEnv {
    const { http, websocket, lambda } = this.ports;
    return { HTTP_PORT: `${http}`, WEBSOCKET_PORT: `${websocket}`, LAMBDA_PORT: `${lambda}` };
  }

  /** Waits until one more invocation of the function has ended. */
  async waitForInvocation(): Promise<void> {
    await this.#process?.waitForLine('RequestId: ');
  }

  /** Starts the stack again after `stop`. */
  async start(): Promise<void> {
    const params = this.#params.map((param) => `--param=${param}`);
    const args = ['offline', 'start', '--stage', 'local', ...params];
    this.#process = this.checkout.sls(args, this.env);
    await this.#process.waitForLine('Kaiwa is ready');
  }

  /** Stops the stack as Ctrl-C does, and returns its exit code. */
  async stop(): Promise<number | null> {
    return (await this.#process?.stop('SIGINT')) ?? null;
  }

  /** Stops the stack and removes its files. */
  async remove(): Promise<void> {
    await this.stop();
    this.checkout.remove();
  }
}
