import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ContractSource } from './frames.ts';

/** The exports that a revision must have, by file. */
const requiredExports: Readonly<Record<string, readonly (keyof ContractSource)[]>> = {
  'index.ts': ['actions', 'events', 'ackSchema'],
  'errors.ts': ['errors', 'errorFrame'],
  'connect.ts': ['connect'],
  'fields.ts': ['subprotocol', 'defaultRoom'],
};

/** Returns the hash of a commit, or undefined if git does not know the revision or is missing. */
export function resolveCommit(revision: string): string | undefined {
  try {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
    return execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return undefined;
  }
}

/**
 * Loads the contract of a commit. Git extracts `schemas/` into a temporary folder, and the files run
 * from there. They need types of a package, but not the package itself.
 *
 * @throws If the commit has no such contract. The message completes a sentence for the operator.
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
        if (!(name in module)) throw new Error(`its schemas/${file} does not export ${name}`);
        contract[name] = module[name];
      }
    }
    // The compiler checked these types when the commit was made.
    return contract as unknown as ContractSource;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function extract(commit: string, folder: string): void {
  const input = readArchive(commit);
  if (!input) throw new Error('it does not contain schemas/');
  execFileSync('tar', ['-x', '-C', folder], { input });
}

function readArchive(commit: string): Buffer | undefined {
  try {
    return execFileSync('git', ['archive', commit, 'schemas'], { stdio: 'pipe' });
  } catch {
    return undefined;
  }
}
