import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundleLambda } from '../../src/build/release/sbom-plugin.ts';
import { findSbomErrors } from '../helpers/cyclonedx.ts';
import type { PackagedStack } from '../helpers/packaged.ts';
import { serverlessConfig } from '../helpers/serverless.ts';
import { unzip } from '../helpers/unzip.ts';

/** The variables that Lambda sets and the function reads. */
const lambdaEnvironment: Record<string, string> = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
  AWS_LAMBDA_FUNCTION_NAME: 'kaiwa-dev-chat',
};

/** The part of the bill of materials that the tests read. */
interface Sbom {
  components: { type: string; name: string; 'bom-ref': string; hashes: { content: string }[] }[];
}

/**
 * Defines the tests of the artifact and of its bill of materials. Both packages have the same sources, and
 * must have the same artifact.
 */
export function defineArtifactTests(packaged: PackagedStack, elsewhere: PackagedStack): void {
  const zip = 'kaiwa.zip';
  let folder: string;
  let files: string[];

  beforeAll(() => {
    folder = mkdtempSync(join(packaged.folder, 'artifact-'));
    files = unzip(packaged.path(zip), folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('creates an artifact of at most 400 KB', () => {
    expect(statSync(packaged.path(zip)).size).toBeLessThan(400 * 1024);
  });

  it('[SEC-089] creates the same artifact, byte for byte, in another folder, time zone, umask and stage', () => {
    expect(packaged.folder).not.toBe(elsewhere.folder);
    expect(
      hashFiles(mkdtempSync(join(elsewhere.folder, 'artifact-')), elsewhere.path(zip)),
    ).toEqual(hashFiles(folder, packaged.path(zip)));
    const bytes = readFileSync(packaged.path(zip));
    expect(readFileSync(elsewhere.path(zip)).equals(bytes)).toBe(true);
  });

  it('[SEC-088] writes the same bill of materials, with every file and every bundled package', async () => {
    const text = packaged.read('kaiwa.cdx.json');
    expect(elsewhere.read('kaiwa.cdx.json')).toBe(text);
    expect(findSbomErrors(JSON.parse(text))).toEqual([]);
    const { components }: Sbom = JSON.parse(text);
    const fileComponents = components.filter(({ type }) => type === 'file');
    const hashes = fileComponents.map(({ name, hashes }) => [name, hashes[0]?.content]);
    expect(Object.fromEntries(hashes)).toEqual(hashFiles(folder, packaged.path(zip)));
    const packages = components
      .filter(({ type }) => type === 'library')
      .map((component) => component['bom-ref']);
    const { inputs } = (await bundleService()).metafile;
    const bundledFrom = Object.keys(inputs).map(
      (name) => /^node_modules\/(@\w[^/]*\/)?[^/]+/.exec(name)?.[0],
    );
    // The page has a bundle of its own, and is a string in this one.
    const expected = new Set([
      ...bundledFrom.filter((name) => name !== undefined),
      'node_modules/preact',
    ]);
    expect(packages).toEqual([...expected].sort());
  });

  it('creates an artifact that runs on its own', () => {
    const chunks = files.flatMap(
      (file) => readFileSync(join(folder, file), 'utf8').match(/(?<="\.\/)[\w-]+\.mjs(?=")/g) ?? [],
    );
    expect(files).toEqual(expect.arrayContaining(chunks.map((chunk) => `src/server/${chunk}`)));
    const [chat] = packaged.resourcesOfType('AWS::Lambda::Function');
    const env = { ...lambdaEnvironment };
    for (const [name, value] of Object.entries(chat?.Properties.Environment.Variables)) {
      env[name] = typeof value === 'object' ? 'https://chat.example/dev' : String(value);
    }
    const script = `
      const { handler } = await import('./src/server/lambda.mjs');
      const event = { version: '2.0', routeKey: 'GET /', requestContext: { http: { method: 'GET' } } };
      const context = { getRemainingTimeInMillis: () => 28_000 };
      const { statusCode, body } = await handler(event, context);
      process.exitCode = statusCode === 200 && body.includes('https://chat.example/dev') ? 0 : 1;`;
    const args = ['--input-type=module', '--eval', script];
    execFileSync(process.execPath, args, { cwd: folder, env });
  });

  it('bundles only the character count of the schema compiler', async () => {
    const { inputs } = (await bundleService()).metafile;
    const compiler = Object.keys(inputs).filter((name) => name.includes('/ajv/'));
    expect(compiler).toEqual(['node_modules/ajv/dist/runtime/ucs2length.js']);
  });

  it('loads the token check, the page and the contract only on demand', async () => {
    const { inputs, outputs } = (await bundleService()).metafile;
    const [entry] =
      Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === 'src/server/lambda.ts') ??
      [];
    const staticFiles = new Set([entry ?? '']);
    for (const file of staticFiles) {
      const imports = outputs[file]?.imports ?? [];
      for (const { path, kind } of imports) if (kind === 'import-statement') staticFiles.add(path);
    }
    const loaded = [...staticFiles].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
    const lazyParts = [
      '/jose/',
      'generated/page.json',
      'contract/asyncapi.json',
      'server/http/index.ts',
    ];
    for (const part of lazyParts) {
      const findPart = (names: string[]) => names.filter((name) => name.includes(part));
      expect(findPart(Object.keys(inputs))).not.toEqual([]);
      expect(findPart(loaded)).toEqual([]);
    }
    expect(loaded).toContain('src/server/lambda.ts');
  });
}

const bundleService = () => bundleLambda(serverlessConfig.custom.esbuild);

/** Unpacks a zip into a folder, and returns the SHA-256 of every file. */
function hashFiles(folder: string, zip: string): Record<string, string> {
  const files = unzip(zip, folder);
  return Object.fromEntries(
    files.map((file) => [file, hash('sha256', readFileSync(join(folder, file)))]),
  );
}
