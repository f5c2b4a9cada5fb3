import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A child process. Tests wait for lines of its output, in order. */
export class SpawnedProcess {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #waiters: (() => void)[] = [];
  #ended = false;

  constructor(
    command: string,
    args: readonly string[],
    options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
  ) {
    this.#child = spawn(command, args, { ...options, stdio: 'pipe' });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface(stream).on('line', (line) => this.#addLine(line));
    }
    this.#child.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** Returns the next line that contains `part`. Throws all output if the process ends without it. */
  async waitForLine(part: string): Promise<string> {
    for (let from = 0; ; ) {
      const found = this.#lines.findIndex((line, index) => index >= from && line.includes(part));
      if (found >= 0) return this.#lines.splice(0, found + 1).at(-1) ?? '';
      if (this.#ended)
        throw new Error(`The process ended without "${part}":\n${this.#lines.join('\n')}`);
      from = this.#lines.length;
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** The process id while it runs. */
  get pid(): number | undefined {
    return this.#ended ? undefined : this.#child.pid;
  }

  /** The lines behind the last one that a test waited for. */
  get remainingLines(): readonly string[] {
    return this.#lines;
  }

  /** Writes a line to its standard input. */
  writeLine(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Sends a signal and returns the exit code, or null if the signal killed the process. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill(signal);
    }
    return this.waitForExit();
  }

  /** Waits for the end and returns the exit code. */
  async waitForExit(): Promise<number | null> {
    if (!this.#ended) await once(this.#child, 'close');
    return this.#child.exitCode;
  }

  #addLine(line: string): void {
    this.#lines.push(line);
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}
