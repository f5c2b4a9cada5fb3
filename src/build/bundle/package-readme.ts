import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const packageReadme = 'src/client/README.md';
const savedReadme = 'dist/README.md';

/**
 * Replaces the README of the repository by that of the package: npm packs the file of that name alone.
 * Keeps a README that an interrupted run has saved.
 */
function replaceReadme(): void {
  if (!existsSync(savedReadme)) renameSync('README.md', savedReadme);
  // The tarball has the linked files at the same paths, but the README in its root.
  writeFileSync('README.md', readFileSync(packageReadme, 'utf8').replaceAll('](../../', ']('));
}

/** Puts the README of the repository back. */
function restoreReadme(): void {
  renameSync(savedReadme, 'README.md');
}

if (process.argv[2] === 'restore') restoreReadme();
else replaceReadme();
