import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';

/** What the client may weigh in a page, in bytes, minified and gzipped. */
const maxClientBytes = 9 * 1024;

const clientBundle = 'dist/client.min.js';

/**
 * Makes what `npm pack` packs: the client and the schemas as JavaScript with their types, and the
 * client once more as one small file for a page. Tells its weight, and fails where it is too heavy.
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
  console.log(`${clientBundle}: ${length} bytes gzipped, of ${maxClientBytes}.`);
  if (length > maxClientBytes) process.exitCode = 1;
}

if (import.meta.main) buildPackage();
