import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SpawnedProcess } from '../helpers/child-process.ts';
import { findFreePorts, ProjectCopy } from '../helpers/local-stack.ts';

/** The real local stack, in front of an engine that fails now and then, to be killed and started again. */
export class FailingStack {
  /** The most memory that any of its processes had resident, in MB. */
  peakMb = 0;
  readonly port: number;
  readonly #checkout = new ProjectCopy();
  readonly #env: NodeJS.ProcessEnv;
  #process: SpawnedProcess | undefined;

  private constructor([http, websocket = 0, lambda]: readonly number[]) {
    this.port = websocket;
    this.#env = { HTTP_PORT: `${http}`, WEBSOCKET_PORT: `${websocket}`, LAMBDA_PORT: `${lambda}` };
    const { folder } = this.#checkout;
    for (const file of ['test/soak/plugin.ts', 'test/helpers/fakes/fault-proxy.ts']) {
      cpSync(file, join(folder, file));
    }
    const service = join(folder, 'serverless.yml');
    const pluginLine = '  - ./src/local/serverless-plugin.ts\n';
    const text = readFileSync(service, 'utf8');
    if (!text.includes(pluginLine)) throw new Error('serverless.yml names no plugin of ours');
    writeFileSync(service, text.replace(pluginLine, `${pluginLine}  - ./test/soak/plugin.ts\n`));
  }

  static async create(): Promise<FailingStack> {
    return new FailingStack(await findFreePorts(3));
  }

  /** Starts it, of so many calls one failing; 0 is none. */
  async start(oneIn: number): Promise<void> {
    const args = ['offline', 'start', '--stage', 'local'];
    this.#process = this.#checkout.sls(args, { ...this.#env, FAULT_ONE_IN: `${oneIn}` });
    await this.#process.waitForLine('Kaiwa is ready');
  }

  /** Ends it as Ctrl-C does, or at once. */
  async stop(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
    await this.#process?.stop(signal);
  }

  /** Looks at its memory. */
  sampleMemory(): void {
    const { pid } = this.#process ?? {};
    if (pid === undefined) return;
    try {
      const [, kb] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      this.peakMb = Math.max(this.peakMb, Number(kb ?? 0) / 1_024);
    } catch {
      // It has ended in between.
    }
  }

  /** What of its output was not waited for. */
  get output(): readonly string[] {
    return this.#process?.remainingLines ?? [];
  }

  remove(): void {
    this.#checkout.remove();
  }
}
