import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Metafile } from 'esbuild';

/** The part of this project's `package.json` that the bill names. */
type OwnPackage = Pick<Installed, 'version' | 'license'> & { readonly name: string };

/** npm's record of an installed package. */
interface Installed {
  readonly version: string;
  /** An SPDX license expression. */
  readonly license: string;
  /** `sha512-` and the base64 hash of the package's tarball. */
  readonly integrity: string;
}

/**
 * Creates a software bill of materials in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). It lists the
 * files of an artifact and the npm packages whose code is in its bundles. It has no timestamp and no serial
 * number, so the same artifact always has the same bill.
 */
export function createSbom(
  bundles: readonly Metafile[],
  files: Readonly<Record<string, Uint8Array>>,
): object {
  const ownPackage: OwnPackage = JSON.parse(readFileSync('package.json', 'utf8'));
  const { name, version, license } = ownPackage;
  // This file records the installed packages. `package-lock.json` only says what to install.
  const lock = JSON.parse(readFileSync('node_modules/.package-lock.json', 'utf8'));
  const dependencies = new Map<string, Set<string>>([[name, new Set()]]);
  for (const { dependent = name, dependency } of bundles.flatMap(findDependencies)) {
    dependencies.set(dependency, dependencies.get(dependency) ?? new Set());
    dependencies.set(dependent, (dependencies.get(dependent) ?? new Set()).add(dependency));
  }
  const [, ...packages] = dependencies.keys();
  const licenses = [{ expression: license }];
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      component: { type: 'application', 'bom-ref': name, name, version, licenses },
    },
    components: [
      ...Object.entries(files).map(([file, bytes]) => toFileComponent(file, bytes)),
      ...packages.sort().map((path) => toPackageComponent(path, lock.packages[path])),
    ],
    dependencies: [name, ...packages].map((ref) => ({
      ref,
      dependsOn: [...(dependencies.get(ref) ?? [])].sort(),
    })),
  };
}

/** A package and a package that it depends on, by their folders. The project itself is undefined. */
interface Dependency {
  readonly dependent: string | undefined;
  readonly dependency: string;
}

/** Lists the dependencies of a bundle. A package without any code in the bundle is left out. */
function findDependencies({ inputs, outputs }: Metafile): Dependency[] {
  const bundledInputs = Object.values(outputs)
    .flatMap((output) => Object.entries(output.inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const packages = new Set([undefined, ...bundledInputs.map(([path]) => getPackagePath(path))]);
  return Object.entries(inputs).flatMap(([path, { imports }]) => {
    const dependent = getPackagePath(path);
    return imports.flatMap((imported) => {
      const dependency = getPackagePath(imported.path);
      const isDependency =
        dependency &&
        dependency !== dependent &&
        packages.has(dependency) &&
        packages.has(dependent);
      return isDependency ? [{ dependent, dependency }] : [];
    });
  });
}

/** Returns the folder of a file's package, even if `node_modules` is a symbolic link. */
const getPackagePath = (path: string) =>
  /\bnode_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];

const toFileComponent = (name: string, bytes: Uint8Array) => ({
  type: 'file',
  name,
  hashes: [{ alg: 'SHA-256', content: hash('sha256', bytes) }],
});

function toPackageComponent(path: string, installed: Installed | undefined): object {
  if (!installed) throw new Error(`${path} is not installed. Run npm ci.`);
  const { version, license, integrity } = installed;
  const fullName = path.replace(/^.*node_modules\//, '');
  const [name, group] = fullName.split('/').reverse();
  const content = Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');
  return {
    type: 'library',
    'bom-ref': path,
    ...(group && { group }),
    name,
    version,
    hashes: [{ alg: 'SHA-512', content }],
    licenses: [{ expression: license }],
    purl: `pkg:npm/${fullName.replace('@', '%40')}@${version}`,
  };
}
