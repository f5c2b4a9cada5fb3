import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { serverlessConfig } from '../../helpers/serverless.ts';

/** The fields of one package in the lock file that the tests read. */
interface LockedPackage {
  readonly link?: boolean;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const lock: { packages: Record<string, LockedPackage> } = JSON.parse(
  readFileSync('package-lock.json', 'utf8'),
);
const lockedPackages = Object.entries(lock.packages).filter(
  ([path, { link }]) => path !== '' && !link,
);

/** Returns the package name in a path such as `node_modules/a/node_modules/@b/c/index.js`. */
const getPackageName = (path: string) =>
  /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? '';

describe('package.json', () => {
  it('[SEC-082] pins each dependency to one version', () => {
    const { devDependencies, dependencies = {}, overrides } = manifest;
    const versions: string[] = Object.values({ ...devDependencies, ...dependencies, ...overrides });
    expect(versions.length).toBeGreaterThan(20);
    expect(versions.filter((version) => !/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+$/.test(version))).toEqual(
      [],
    );
  });

  it('[SEC-084] allows only reviewed install scripts', () => {
    const withScripts = lockedPackages
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => getPackageName(path));
    expect(new Set(Object.keys(manifest.allowScripts))).toEqual(new Set(withScripts));
  });
});

describe('package-lock.json', () => {
  it('[SEC-083] pins the content of each package, also of indirect dependencies', () => {
    expect(lockedPackages.length).toBeGreaterThan(100);
    const unpinned = lockedPackages.filter(
      ([, { integrity = '' }]) => !/^sha512-[\w+/]{86}==$/.test(integrity),
    );
    expect(unpinned.map(([path]) => path)).toEqual([]);
  });
});

describe('the build', () => {
  it('[SEC-085] bundles only these packages into the function', async () => {
    const {
      plugins: _plugins,
      outputFileExtension: _extension,
      ...options
    } = serverlessConfig.custom.esbuild;
    const bundle = { ...options, entryPoints: ['src/server/lambda.ts'], outdir: 'x', write: false };
    const { metafile } = await build({ ...bundle, metafile: true, logLevel: 'silent' });
    const packages = Object.keys(metafile.inputs).map(getPackageName).filter(Boolean);
    expect([...new Set(packages)].sort()).toEqual([
      '@aws-sdk/util-dynamodb',
      '@middy/core',
      '@middy/error-logger',
      '@middy/http-json-body-parser',
      '@middy/util',
      'ajv',
      'jose',
    ]);
  });

  it('[SEC-086] bundles only these packages into the page', async () => {
    const { metafile } = await build({
      entryPoints: ['src/web/main.tsx'],
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      jsx: 'automatic',
      jsxImportSource: 'preact',
    });
    const packages = Object.keys(metafile.inputs).map(getPackageName).filter(Boolean);
    expect([...new Set(packages)]).toEqual(['preact']);
  });
});
