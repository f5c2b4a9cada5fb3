import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SpawnedProcess } from '../helpers/child-process.ts';
import { FaultProxy, respondWith } from '../helpers/fakes/fault-proxy.ts';

const script = resolve('src/build/release/audit.ts');

let registry: FaultProxy;
let folder: string;

beforeAll(async () => {
  registry = await FaultProxy.start();
  folder = mkdtempSync(join(tmpdir(), 'kaiwa-'));
  for (const name of ['package.json', 'package-lock.json']) cpSync(name, join(folder, name));
  mkdirSync(join(folder, '.serverless'));
  const sbom = {
    components: [{ name: 'src/server/lambda.mjs' }, { 'bom-ref': 'node_modules/jose' }],
  };
  writeFileSync(join(folder, '.serverless/kaiwa.cdx.json'), JSON.stringify(sbom));
});
afterAll(async () => {
  await registry.close();
  rmSync(folder, { recursive: true });
});

/** Runs the audit with a registry that reports a vulnerability in every version of a package. */
async function audit(name: string, severity: string) {
  const advisory = { id: 1, url: 'https://example.org', title: 'bad', vulnerable_versions: '*' };
  const found = JSON.stringify({ [name]: [{ ...advisory, name, severity }] });
  const json = { 'content-type': 'application/json' };
  // npm then asks which packages depend on it, and accepts a 404.
  registry.responders = [respondWith(200, found, json), respondWith(404, '{}', json)];
  return run();
}

async function run() {
  // npm caches the answers, so each run has a cache of its own.
  const cache = mkdtempSync(join(folder, 'cache-'));
  const env = { ...process.env, npm_config_registry: registry.url, npm_config_cache: cache };
  const running = new SpawnedProcess(process.execPath, [script], { cwd: folder, env });
  return { code: await running.waitForExit(), output: running.remainingLines.join('\n') };
}

describe('audit', () => {
  it('[SEC-090] fails if a deployed package has a severe vulnerability', async () => {
    const { code, output } = await audit('jose', 'high');
    expect(output).toContain('jose is deployed and has a high vulnerability. Upgrade it.');
    expect(code).toBe(1);
  });

  it('passes if only build and test packages have severe vulnerabilities, and counts them', async () => {
    const { code, output } = await audit('dynalite', 'critical');
    expect(output).toContain('0 deployed, 1 in build and test packages');
    expect(code).toBe(0);
  });

  it('ignores moderate vulnerabilities', async () => {
    const { code, output } = await audit('jose', 'moderate');
    expect(output).toContain('0 deployed, 0 in build and test packages');
    expect(code).toBe(0);
  });

  it('passes if the registry does not answer, and says so', async () => {
    registry.responders = [respondWith(405)];
    const { code, output } = await run();
    expect(output).toMatch(/^NOT AUDITED: 405/);
    expect(code).toBe(0);
  });
});
