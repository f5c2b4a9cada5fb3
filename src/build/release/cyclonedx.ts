import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Metafile } from 'esbuild';

/** What is read of this project's own `package.json`. */
type OwnPackage = Pick<Installed, 'version' | 'license'> & { readonly name: string };

/** What npm notes of a package that it has installed. */
interface Installed {
  readonly version: string;
  /** In SPDX's words. */
  readonly license: string;
  /** `sha512-`, and in base64 the hash of what the registry gave. */
  readonly integrity: string;
}

/**
 * A software bill of materials in CycloneDX (https://cyclonedx.org/docs/1.6/json/): an artifact's files, given
 * by their names, and the packages of npm that the bundles in them hold anything of. It depends on nothing
 * else: it has no time and no number of its own, so that the same artifact has the same bill.
 */
export function createSbom(
  bundles: readonly Metafile[],
  files: Readonly<Record<string, Uint8Array>>,
): object {
  const ownPackage: OwnPackage = JSON.parse(readFileSync('package.json', 'utf8'));
  const { name, version, license } = ownPackage;
  // What is installed, rather than what should be.
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

/** One package that needs another, by where they are installed; the project itself is nowhere. */
interface Dependency {
  readonly dependent: string | undefined;
  readonly dependency: string;
}

/** Of a package of which esbuild has left nothing, nothing is told. */
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

/** The folder of the package that a file is of, also where `node_modules` is a link to elsewhere. */
const getPackagePath = (path: string) =>
  /\bnode_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];

const toFileComponent = (name: string, bytes: Uint8Array) => ({
  type: 'file',
  name,
  hashes: [{ alg: 'SHA-256', content: hash('sha256', bytes) }],
});

function toPackageComponent(path: string, installed: Installed | undefined): object {
  if (!installed) throw new Error(`npm has not installed ${path}: run npm ci.`);
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
