/** What a process of the bench can be asked for: each by one message, answered by one. */
export type Actor = Readonly<Record<string, (argument: never) => unknown>>;

/** What is asked for. */
export interface ActorCall {
  readonly method: string;
  readonly argument?: unknown;
}

/** What comes back: a result, or what went wrong. */
export type ActorReply = { readonly result: unknown } | { readonly failure: string };

/**
 * The process of one actor: `node actor.ts MODULE OPTIONS`, the module exporting a function that makes
 * one of the options. A process each, so that no measure finds another's warm code or garbage.
 */
async function runActor(): Promise<void> {
  const [, , module = '', options = '{}'] = process.argv;
  const { default: create } = await import(module);
  const actor: Actor = { ...builtinMethods, ...(await create(JSON.parse(options))) };
  process.on('message', async ({ method, argument }: ActorCall) => {
    process.send?.(await callActor(actor, method, argument));
  });
  // Whoever asked is gone: a server here would live on.
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

/** What every process can tell of itself. */
const builtinMethods: Actor = {
  usage: () => {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 };
  },
};

if (import.meta.main) await runActor();
