import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Artifacts, bundleArtifacts } from './artifacts.ts';
import { type Certificate, selfSigned } from './certificate.ts';
import { ActorProcess } from './child.ts';

/** What the groups of measures share. */
export interface Bench {
  readonly artifacts: Artifacts;
  /** The table engine, in a process of its own. */
  readonly engine: ActorProcess;
  /** The gateway's side, in a process of its own. */
  readonly gateway: ActorProcess;
  /** The same over TLS, and the file that makes Node trust it. */
  readonly secureGateway: ActorProcess;
  readonly authority: string;
  /** Starts the actor of that name; it ends with the bench, if not before. */
  start(name: string, options: object, env?: NodeJS.ProcessEnv): Promise<ActorProcess>;
}

/** Makes everything ready, does the work, and leaves nothing behind. */
export async function withBench<T>(work: (bench: Bench) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'kaiwa-bench-'));
  const children: ActorProcess[] = [];
  const start: Bench['start'] = async (name, options, env) => {
    const child = await ActorProcess.start(name, options, env);
    children.push(child);
    return child;
  };
  try {
    const certificate: Certificate = selfSigned();
    const authority = join(folder, 'authority.pem');
    writeFileSync(authority, certificate.cert);
    return await work({
      artifacts: await bundleArtifacts(folder),
      engine: await start('engine', {}),
      gateway: await start('gateway', {}),
      secureGateway: await start('gateway', { certificate }),
      authority,
      start,
    });
  } finally {
    await Promise.all(children.map((child) => child.stop()));
    rmSync(folder, { recursive: true });
  }
}
