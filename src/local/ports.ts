import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port of the local stack, and the environment variable that changes it. */
export interface Port {
  readonly port: number;
  readonly variable: string;
}

/** Returns the first of these ports that another process already listens on. */
export async function findBusyPort(
  host: string,
  ports: readonly Port[],
): Promise<Port | undefined> {
  for (const entry of ports) {
    const probe = createServer().listen(entry.port, host);
    try {
      await once(probe, 'listening');
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw thrown;
      return entry;
    }
    probe.close();
    await once(probe, 'close');
  }
  return undefined;
}
