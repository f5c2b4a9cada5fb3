import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What is read of npm's report (https://docs.npmjs.com/cli/v11/commands/npm-audit). */
interface NpmAuditReport {
  /** Missing where nobody could be asked; then one of the others says why. */
  readonly vulnerabilities?: Readonly<Record<string, Vulnerability>>;
  readonly message?: string;
  readonly error?: { readonly summary?: string };
}

interface Vulnerability {
  readonly name: string;
  readonly severity: string;
  /** Where the package is installed. */
  readonly nodes: readonly string[];
}

/** What is read of the bill of materials, which names packages by where they are installed. */
interface Sbom {
  readonly components: readonly { readonly 'bom-ref'?: string }[];
}

/**
 * Has npm ask the registry about all that is installed, and fails where a package that `sls package` has put
 * into the artifact has a vulnerability of npm's two gravest kinds. What else is installed builds and tests, and
 * never runs on AWS: it is counted. A registry that cannot be asked is told of, and fails nothing.
 */
function audit(): void {
  const sbom: Sbom = JSON.parse(readFileSync('.serverless/kaiwa.cdx.json', 'utf8'));
  const args = ['audit', '--json', '--fetch-retries=1', '--fetch-timeout=30000'];
  const { stdout } = spawnSync('npm', args, { encoding: 'utf8', timeout: 120_000 });
  const { vulnerabilities, message, error } = parseReport(stdout);
  if (!vulnerabilities) {
    console.log(`NOT AUDITED: ${message ?? error?.summary ?? 'npm did not say why.'}`);
    return;
  }
  const deployed = new Set(sbom.components.map((component) => component['bom-ref']));
  const severe = Object.values(vulnerabilities).filter(({ severity }) =>
    severeLevels.has(severity),
  );
  const inArtifact = severe.filter(({ nodes }) => nodes.some((node) => deployed.has(node)));
  for (const { name, severity } of inArtifact)
    console.log(`${name}, which is deployed: ${severity}`);
  const otherCount = severe.length - inArtifact.length;
  console.log(
    `Grave vulnerabilities: ${inArtifact.length} deployed, ${otherCount} in what builds and tests.`,
  );
  if (inArtifact.length > 0) process.exitCode = 1;
}

const severeLevels = new Set(['high', 'critical']);

function parseReport(text: string): NpmAuditReport {
  try {
    return Object(JSON.parse(text));
  } catch {
    return { message: 'npm said no JSON.' };
  }
}

if (import.meta.main) audit();
