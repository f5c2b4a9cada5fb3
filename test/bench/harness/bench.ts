import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ActorProcess } from './actor-process.ts';
import { type Artifacts, bundleArtifacts } from './artifacts.ts';
import { type Certificate, createSelfSignedCertificate } from './certificate.ts';

/** The artifacts and processes that all groups of measurements share. */
export interface Bench {
  readonly artifacts: Artifacts;
  readonly database: ActorProcess;
  /** The `@connections` API. */
  readonly gateway: ActorProcess;
  /** The `@connections` API over TLS. */
  readonly secureGateway: ActorProcess;
  /** File with the certificate of `secureGateway`, for `NODE_EXTRA_CA_CERTS`. */
  readonly certificateFile: string;
  /** Starts an actor. It ends with the benchmark at the latest. */
  start(name: string, options: object, env?: NodeJS.ProcessEnv): Promise<ActorProcess>;
}

/** Sets up a benchmark, runs it, and removes everything. */
export async function withBench<T>(run: (bench: Bench) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'kaiwa-bench-'));
  const processes: ActorProcess[] = [];
  const start: Bench['start'] = async (name, options, env) => {
    const actor = await ActorProcess.start(name, options, env);
    processes.push(actor);
    return actor;
  };
  try {
    const certificate: Certificate = createSelfSignedCertificate();
    const certificateFile = join(folder, 'certificate.pem');
    writeFileSync(certificateFile, certificate.cert);
    return await run({
      artifacts: await bundleArtifacts(folder),
      database: await start('database', {}),
      gateway: await start('gateway', {}),
      secureGateway: await start('gateway', { certificate }),
      certificateFile,
      start,
    });
  } finally {
    await Promise.all(processes.map((actor) => actor.stop()));
    rmSync(folder, { recursive: true });
  }
}
