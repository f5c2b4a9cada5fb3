import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ActorCall, ActorReply } from './actor.ts';

/** What a process has used since it began. */
export interface Usage {
  /** Milliseconds of CPU, of all its threads. */
  readonly cpuMs: number;
  /** The most memory that it ever had resident, in MB. */
  readonly peakMb: number;
}

/** An actor in a process of its own, one call at a time. */
export class ActorProcess {
  readonly #process: ChildProcess;
  #output = '';
  #pending = Promise.withResolvers<unknown>();

  private constructor(module: string, options: object, env: NodeJS.ProcessEnv) {
    const file = join(import.meta.dirname, '../actors', `${module}.ts`);
    this.#process = fork(join(import.meta.dirname, 'actor.ts'), [file, JSON.stringify(options)], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#process.on('message', (answer: ActorReply) => {
      if ('failure' in answer) this.#pending.reject(this.#failure(answer.failure));
      else this.#pending.resolve(answer.result);
    });
    this.#process.on('exit', () => this.#pending.reject(this.#failure('it ended')));
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (data) => {
        this.#output = `${this.#output}${data}`.slice(-4_000);
      });
    }
  }

  /** Starts the actor of that name and waits until it is ready. */
  static async start(module: string, options: object = {}, env: NodeJS.ProcessEnv = {}) {
    const child = new ActorProcess(module, options, env);
    await child.#pending.promise;
    return child;
  }

  /** Asks for something and waits for the result. */
  async call<T = void>(method: string, argument?: unknown): Promise<T> {
    this.#pending = Promise.withResolvers();
    this.#process.send({ method, argument } satisfies ActorCall);
    return (await this.#pending.promise) as T;
  }

  /** What it has used so far. */
  usage(): Promise<Usage> {
    return this.call('usage');
  }

  /** Ends it. */
  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== null || signalCode !== null) return;
    this.#process.kill();
    await once(this.#process, 'exit');
  }

  #failure(reason: string): Error {
    return new Error(`${reason}\n${this.#output}`);
  }
}
