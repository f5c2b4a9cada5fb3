import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ActorCall, ActorReply } from './actor.ts';

/** Resources that a process has used since its start. */
export interface Usage {
  /** Milliseconds of CPU of all threads. */
  readonly cpuMs: number;
  /** Largest resident memory, in MB. */
  readonly peakMb: number;
}

/** An actor in its own process. It serves one call at a time. */
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
    this.#process.on('message', (reply: ActorReply) => {
      if ('failure' in reply) this.#pending.reject(this.#createError(reply.failure));
      else this.#pending.resolve(reply.result);
    });
    this.#process.on('exit', () => this.#pending.reject(this.#createError('The process ended.')));
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (data) => {
        this.#output = `${this.#output}${data}`.slice(-4_000);
      });
    }
  }

  /** Starts the actor of a module in `actors/`, and waits until it is ready. */
  static async start(module: string, options: object = {}, env: NodeJS.ProcessEnv = {}) {
    const child = new ActorProcess(module, options, env);
    await child.#pending.promise;
    return child;
  }

  /** Calls a method of the actor. */
  async call<T = void>(method: string, argument?: unknown): Promise<T> {
    this.#pending = Promise.withResolvers();
    this.#process.send({ method, argument } satisfies ActorCall);
    return (await this.#pending.promise) as T;
  }

  /** Returns the resources used so far. */
  usage(): Promise<Usage> {
    return this.call('usage');
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== null || signalCode !== null) return;
    this.#process.kill();
    await once(this.#process, 'exit');
  }

  #createError(reason: string): Error {
    return new Error(`${reason}\n${this.#output}`);
  }
}
