import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ContractSource } from './frames.ts';

/** What is needed of a revision, by the file that exports it. */
const requiredExports: Readonly<Record<string, readonly (keyof ContractSource)[]>> = {
  'index.ts': ['actions', 'events', 'ackSchema'],
  'errors.ts': ['errors', 'errorFrame'],
  'connect.ts': ['connect'],
  'fields.ts': ['subprotocol', 'defaultRoom'],
};

/** The full name of a commit; undefined where git knows none, or where there is no git. */
export function resolveCommit(revision: string): string | undefined {
  try {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
    return execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return undefined;
  }
}

/**
 * The contract of a commit: its `schemas/` are taken out of git and run, from a folder that is gone
 * again afterwards. They need no package, only types of one. Throws, for people, where the commit
 * has no such contract.
 */
export async function loadContract(commit: string): Promise<ContractSource> {
  const folder = mkdtempSync(join(tmpdir(), 'kaiwa-contract-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    extract(commit, folder);
    const contract: Record<string, unknown> = {};
    for (const [file, names] of Object.entries(requiredExports)) {
      const module = await import(pathToFileURL(join(folder, 'schemas', file)).href);
      for (const name of names) {
        if (!(name in module)) throw new Error(`its schemas/${file} exports no ${name}`);
        contract[name] = module[name];
      }
    }
    // The compiler held it to this when it was committed.
    return contract as unknown as ContractSource;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function extract(commit: string, folder: string): void {
  const input = readArchive(commit);
  if (!input) throw new Error('it has no schemas');
  execFileSync('tar', ['-x', '-C', folder], { input });
}

function readArchive(commit: string): Buffer | undefined {
  try {
    return execFileSync('git', ['archive', commit, 'schemas'], { stdio: 'pipe' });
  } catch {
    return undefined;
  }
}
