import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Database, startDynalite } from './dynalite.ts';

/**
 * Starts the embedded engine on a thread of its own. Sharing one with the gateway and the function,
 * it would keep hundreds of simultaneous clients waiting past their timeouts. Data that cannot be
 * opened shows after the start, so a failure is told whenever it comes.
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
