import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isRecord } from '../../server/lib/is-record.ts';

/** The part of npm's report (https://docs.npmjs.com/cli/v11/commands/npm-audit) that the audit reads. */
interface NpmAuditReport {
  /** Absent if the registry did not answer. `message` or `error` then says why. */
  readonly vulnerabilities?: Readonly<Record<string, Vulnerability>>;
  readonly message?: string;
  readonly error?: { readonly summary?: string };
}

interface Vulnerability {
  readonly name: string;
  readonly severity: string;
  /** The folders into which npm installed the package. */
  readonly nodes: readonly string[];
}

/** The part of the bill of materials that the audit reads. A `bom-ref` is the folder of a package. */
interface Sbom {
  readonly components: readonly { readonly 'bom-ref'?: string }[];
}

/**
 * Audits the installed packages with npm. Fails if a package in the artifact of `sls package` has a high or
 * critical vulnerability. Other packages only build and test, and never run on AWS, so their vulnerabilities
 * are only counted. If the registry does not answer, the audit prints that and passes.
 */
function audit(): void {
  const sbom: Sbom = JSON.parse(readFileSync('.serverless/kaiwa.cdx.json', 'utf8'));
  const args = ['audit', '--json', '--fetch-retries=1', '--fetch-timeout=30000'];
  const { stdout } = spawnSync('npm', args, { encoding: 'utf8', timeout: 120_000 });
  const { vulnerabilities, message, error } = parseReport(stdout);
  if (!vulnerabilities) {
    console.log(`NOT AUDITED: ${message ?? error?.summary ?? 'npm gave no reason.'}`);
    return;
  }
  const deployed = new Set(sbom.components.map((component) => component['bom-ref']));
  const severe = Object.values(vulnerabilities).filter(({ severity }) =>
    severeLevels.has(severity),
  );
  const inArtifact = severe.filter(({ nodes }) => nodes.some((node) => deployed.has(node)));
  for (const { name, severity } of inArtifact)
    console.log(`${name} is deployed and has a ${severity} vulnerability. Upgrade it.`);
  const otherCount = severe.length - inArtifact.length;
  console.log(
    `Severe vulnerabilities: ${inArtifact.length} deployed, ${otherCount} in build and test packages.`,
  );
  if (inArtifact.length > 0) process.exitCode = 1;
}

const severeLevels = new Set(['high', 'critical']);

function parseReport(text: string): NpmAuditReport {
  try {
    const report: unknown = JSON.parse(text);
    if (isRecord(report)) return report;
  } catch {
    // The message below says it.
  }
  return { message: 'The output of npm is not a JSON object.' };
}

if (import.meta.main) audit();
