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
  const bill = {
    components: [{ name: 'src/server/lambda.mjs' }, { 'bom-ref': 'node_modules/jose' }],
  };
  writeFileSync(join(folder, '.serverless/kaiwa.cdx.json'), JSON.stringify(bill));
});
afterAll(async () => {
  await registry.close();
  rmSync(folder, { recursive: true });
});

/** Audits by a registry that knows of a vulnerability in every version of a package. */
async function audit(name: string, severity: string) {
  const advisory = { id: 1, url: 'https://example.org', title: 'bad', vulnerable_versions: '*' };
  const found = JSON.stringify({ [name]: [{ ...advisory, name, severity }] });
  const json = { 'content-type': 'application/json' };
  // Then npm asks which other packages need it, and is content not to be told.
  registry.responders = [respondWith(200, found, json), respondWith(404, '{}', json)];
  return run();
}

async function run() {
  // npm keeps what it was told: not among what it keeps for people, nor from one test to the next.
  const cache = mkdtempSync(join(folder, 'cache-'));
  const env = { ...process.env, npm_config_registry: registry.url, npm_config_cache: cache };
  const running = new SpawnedProcess(process.execPath, [script], { cwd: folder, env });
  return { code: await running.waitForExit(), said: running.remainingLines.join('\n') };
}

describe('the audit', () => {
  it('fails where what is deployed has a grave vulnerability', async () => {
    const { code, said } = await audit('jose', 'high');
    expect(said).toContain('jose, which is deployed: high');
    expect(code).toBe(1);
  });

  it('passes, and counts them, where only what builds and tests has some', async () => {
    const { code, said } = await audit('dynalite', 'critical');
    expect(said).toContain('0 deployed, 1 in what builds and tests');
    expect(code).toBe(0);
  });

  it('passes what is not grave', async () => {
    const { code, said } = await audit('jose', 'moderate');
    expect(said).toContain('0 deployed, 0 in what builds and tests');
    expect(code).toBe(0);
  });

  it('passes where the registry answers nobody, and says so', async () => {
    registry.responders = [respondWith(405)];
    const { code, said } = await run();
    expect(said).toMatch(/^NOT AUDITED: 405/);
    expect(code).toBe(0);
  });
});
