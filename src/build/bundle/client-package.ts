import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';

/** The largest bundle of the client that a page should load, in bytes, minified and gzipped. */
const maxClientBytes = 9 * 1024;

const clientBundle = 'dist/client.min.js';

/**
 * Builds the content of the npm package. It has the client and the schemas as JavaScript with types. It
 * also has the client as one small file for a page. Prints the size of that file, and fails if it is too large.
 */
function buildPackage(): void {
  rmSync('dist/src', { recursive: true, force: true });
  rmSync('dist/schemas', { recursive: true, force: true });
  execFileSync('tsc', ['-p', 'src/client/tsconfig.package.json'], { stdio: 'inherit' });
  buildSync({
    entryPoints: ['src/client/index.ts'],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2024',
    outfile: clientBundle,
  });
  const { length } = gzipSync(readFileSync(clientBundle), { level: 9 });
  console.log(`${clientBundle}: ${length} of at most ${maxClientBytes} bytes, gzipped.`);
  if (length > maxClientBytes) process.exitCode = 1;
}

if (import.meta.main) buildPackage();
