import { readFileSync, renameSync, writeFileSync } from 'node:fs';

const packageReadme = 'src/client/README.md';
const savedReadme = 'dist/README.md';

/**
 * Replaces the README of the repository by that of the package, since npm packs no other README. After an
 * interrupted run the replacement is still there, so it is not saved over the README of the repository.
 */
function replaceReadme(): void {
  // The tarball has the linked files at the same paths, but the README in its root.
  const replacement = readFileSync(packageReadme, 'utf8').replaceAll('](../../', '](');
  if (readFileSync('README.md', 'utf8') === replacement) return;
  renameSync('README.md', savedReadme);
  writeFileSync('README.md', replacement);
}

/** Puts the README of the repository back. */
function restoreReadme(): void {
  renameSync(savedReadme, 'README.md');
}

if (process.argv[2] === 'restore') restoreReadme();
else replaceReadme();
