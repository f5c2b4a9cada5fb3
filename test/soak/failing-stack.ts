import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SpawnedProcess } from '../helpers/child-process.ts';
import { findFreePorts, ProjectCopy } from '../helpers/local-stack.ts';

/** A local stack whose table fails at times. It can be stopped and started again. */
export class FailingStack {
  /** The largest resident memory of any of its processes, in MB. */
  peakMb = 0;
  readonly port: number;
  readonly #copy = new ProjectCopy();
  readonly #env: NodeJS.ProcessEnv;
  #process: SpawnedProcess | undefined;

  private constructor([http, websocket = 0, lambda]: readonly number[]) {
    this.port = websocket;
    this.#env = { HTTP_PORT: `${http}`, WEBSOCKET_PORT: `${websocket}`, LAMBDA_PORT: `${lambda}` };
    const { folder } = this.#copy;
    for (const file of ['test/soak/fault-plugin.ts', 'test/helpers/fakes/fault-proxy.ts']) {
      cpSync(file, join(folder, file));
    }
    const service = join(folder, 'serverless.yml');
    const localPlugin = '  - ./src/local/serverless-plugin.ts\n';
    const text = readFileSync(service, 'utf8');
    if (!text.includes(localPlugin))
      throw new Error(`serverless.yml lacks the line "${localPlugin.trim()}". Add it again.`);
    writeFileSync(
      service,
      text.replace(localPlugin, `${localPlugin}  - ./test/soak/fault-plugin.ts\n`),
    );
  }

  static async create(): Promise<FailingStack> {
    return new FailingStack(await findFreePorts(3));
  }

  /** Starts the stack. One of `callsPerFault` calls to the table fails; 0 injects no faults. */
  async start(callsPerFault: number): Promise<void> {
    const args = ['offline', 'start', '--stage', 'local'];
    this.#process = this.#copy.sls(args, { ...this.#env, CALLS_PER_FAULT: `${callsPerFault}` });
    await this.#process.waitForLine('Kaiwa is ready');
  }

  /** Stops the stack like Ctrl-C, or kills it. */
  async stop(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
    await this.#process?.stop(signal);
  }

  /** Updates `peakMb`. */
  sampleMemory(): void {
    const { pid } = this.#process ?? {};
    if (pid === undefined) return;
    try {
      const [, kb] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      this.peakMb = Math.max(this.peakMb, Number(kb ?? 0) / 1_024);
    } catch {
      // The process has ended since.
    }
  }

  remove(): void {
    this.#copy.remove();
  }
}
