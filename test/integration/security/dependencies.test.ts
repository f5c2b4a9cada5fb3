import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { serverlessConfig } from '../../helpers/serverless.ts';

/** What is read of one package in the lock file. */
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

/** A package's name in a path such as `node_modules/a/node_modules/@b/c/index.js`. */
const getPackageName = (path: string) =>
  /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? '';

describe('the dependencies', () => {
  it('are each of one version', () => {
    const { devDependencies, dependencies = {}, overrides } = manifest;
    const versions: string[] = Object.values({ ...devDependencies, ...dependencies, ...overrides });
    expect(versions.length).toBeGreaterThan(20);
    expect(versions.filter((one) => !/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+$/.test(one))).toEqual([]);
  });

  it('are each of one content, with all that they bring along', () => {
    expect(lockedPackages.length).toBeGreaterThan(100);
    const open = lockedPackages.filter(
      ([, { integrity = '' }]) => !/^sha512-[\w+/]{86}==$/.test(integrity),
    );
    expect(open.map(([path]) => path)).toEqual([]);
  });

  it('run nothing when they are installed but what was looked at', () => {
    const running = lockedPackages
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => getPackageName(path));
    expect(new Set(Object.keys(manifest.allowScripts))).toEqual(new Set(running));
  });

  it('are in what runs on AWS no others than these', async () => {
    const {
      plugins: _none,
      outputFileExtension: _neither,
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

  it('are in the page no others than these', async () => {
    const { metafile } = await build({
      ...{ entryPoints: ['src/web/main.tsx'], bundle: true, write: false, metafile: true },
      ...{ format: 'esm', jsx: 'automatic', jsxImportSource: 'preact' },
    });
    const packages = Object.keys(metafile.inputs).map(getPackageName).filter(Boolean);
    expect([...new Set(packages)]).toEqual(['preact']);
  });
});
