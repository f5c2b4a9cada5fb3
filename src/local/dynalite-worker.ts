import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Database, startDynalite } from './dynalite.ts';

/**
 * Starts the embedded database on a thread of its own. On the thread of the gateway and the function, it
 * would delay hundreds of simultaneous clients beyond their timeouts.
 *
 * @param onFailure Called on a failure at any time, since unreadable data shows only after the start.
 */
export async function startDynaliteWorker(path: string, onFailure: () => void): Promise<Database> {
  const worker = new Worker(import.meta.filename, { workerData: path }).on('error', onFailure);
  const [endpoint] = await once(worker, 'message');
  return {
    endpoint,
    close: async () => {
      worker.postMessage('close');
      await once(worker, 'exit');
    },
  };
}

async function runWorker(path: string): Promise<void> {
  const database = await startDynalite(path);
  parentPort?.postMessage(database.endpoint);
  parentPort?.once('message', () => database.close());
}

if (!isMainThread) void runWorker(workerData);
