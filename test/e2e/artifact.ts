import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundleLambda } from '../../src/build/release/sbom-plugin.ts';
import { findSbomErrors } from '../helpers/cyclonedx.ts';
import type { PackagedStack } from '../helpers/packaged.ts';
import { serverlessConfig } from '../helpers/serverless.ts';
import { unzip } from '../helpers/unzip.ts';

/** What Lambda itself puts into the environment of every function, as far as it is read. */
const lambdaEnvironment: Record<string, string> = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
  AWS_LAMBDA_FUNCTION_NAME: 'kaiwa-dev-chat',
};

/** What is read of the bill of materials. */
interface Sbom {
  components: { type: string; name: string; 'bom-ref': string; hashes: { content: string }[] }[];
}

/** Tests of the artifact, which two have packaged in ways that must make no difference, and of its bill. */
export function defineArtifactTests(packaged: PackagedStack, elsewhere: PackagedStack): void {
  const zip = 'kaiwa.zip';
  let folder: string;
  let files: string[];

  beforeAll(() => {
    folder = mkdtempSync(join(packaged.folder, 'artifact-'));
    files = unzip(packaged.path(zip), folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('makes an artifact of at most 400 KB', () => {
    expect(statSync(packaged.path(zip)).size).toBeLessThan(400 * 1024);
  });

  it('makes the same one, byte for byte, in another folder, time zone and umask, for another stage, whatever lies there', () => {
    const [component, other] = [packaged, elsewhere].map(({ folder }) => folder);
    expect(component).not.toBe(other);
    expect(
      hashFiles(mkdtempSync(join(elsewhere.folder, 'artifact-')), elsewhere.path(zip)),
    ).toEqual(hashFiles(folder, packaged.path(zip)));
    const bytes = readFileSync(packaged.path(zip));
    expect(readFileSync(elsewhere.path(zip)).equals(bytes)).toBe(true);
  });

  it('writes the same bill of materials beside it, of every file in it and every package in these', async () => {
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
    // The page is bundled apart, and comes as a text.
    const all = new Set([
      ...bundledFrom.filter((name) => name !== undefined),
      'node_modules/preact',
    ]);
    expect(packages).toEqual([...all].sort());
  });

  it('puts all that runs into it: unpacked alone, it answers', () => {
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

  it('puts nothing of the schema compiler into it but how it counts characters', async () => {
    const { inputs } = (await bundleService()).metafile;
    const compiler = Object.keys(inputs).filter((name) => name.includes('/ajv/'));
    expect(compiler).toEqual(['node_modules/ajv/dist/runtime/ucs2length.js']);
  });

  it('puts what checks tokens aside, and the page and the contract, until they are asked for', async () => {
    const { inputs, outputs } = (await bundleService()).metafile;
    const [entry] =
      Object.entries(outputs).find(([, of]) => of.entryPoint === 'src/server/lambda.ts') ?? [];
    const atOnce = new Set([entry ?? '']);
    for (const file of atOnce) {
      const imports = outputs[file]?.imports ?? [];
      for (const { path, kind } of imports) if (kind === 'import-statement') atOnce.add(path);
    }
    const loaded = [...atOnce].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
    const aside = [
      '/jose/',
      'generated/page.json',
      'contract/asyncapi.json',
      'server/http/index.ts',
    ];
    for (const part of aside) {
      const known = (names: string[]) => names.filter((name) => name.includes(part));
      expect(known(Object.keys(inputs))).not.toEqual([]);
      expect(known(loaded)).toEqual([]);
    }
    expect(loaded).toContain('src/server/lambda.ts');
  });
}

const bundleService = () => bundleLambda(serverlessConfig.custom.esbuild);

/** The SHA-256 of every file in a zip, which is unpacked into a folder. */
function hashFiles(folder: string, zip: string): Record<string, string> {
  const files = unzip(zip, folder);
  return Object.fromEntries(
    files.map((file) => [file, hash('sha256', readFileSync(join(folder, file)))]),
  );
}
