/** The methods of a benchmark process. Each call is one message, and so is its reply. */
export type Actor = Readonly<Record<string, (argument: never) => unknown>>;

/** A call of a method. */
export interface ActorCall {
  readonly method: string;
  readonly argument?: unknown;
}

/** The result of a call, or the text of its error. */
export type ActorReply = { readonly result: unknown } | { readonly failure: string };

/**
 * Runs the process of one actor: `node actor.ts MODULE OPTIONS`.
 * The module exports a function that creates the actor from the options.
 * Each actor has its own process. Warm code and garbage of one must not affect another.
 */
async function runActor(): Promise<void> {
  const [, , module = '', options = '{}'] = process.argv;
  const { default: create } = await import(module);
  const actor: Actor = { ...builtinMethods, ...(await create(JSON.parse(options))) };
  process.on('message', async ({ method, argument }: ActorCall) => {
    process.send?.(await callActor(actor, method, argument));
  });
  // The parent process has ended. A server would keep this process alive.
  process.on('disconnect', () => process.exit());
  process.send?.({ result: 'ready' } satisfies ActorReply);
}

async function callActor(actor: Actor, method: string, argument: unknown): Promise<ActorReply> {
  try {
    return { result: await actor[method]?.(argument as never) };
  } catch (thrown) {
    return { failure: thrown instanceof Error ? String(thrown.stack) : JSON.stringify(thrown) };
  }
}

/** The methods of every process. */
const builtinMethods: Actor = {
  usage: () => {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 };
  },
};

if (import.meta.main) await runActor();
