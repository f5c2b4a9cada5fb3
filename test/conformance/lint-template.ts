import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PackagedStack, templateFiles, type Variant, variants } from '../helpers/packaged.ts';

/** The version of CloudFormation's own linter (https://github.com/aws-cloudformation/cfn-lint). */
const version = '1.58.0';

/** Returns the rules that do not apply. */
const getIgnoredRules = ({ params }: Variant) => [
  // Redundant dependencies, which osls writes.
  'W3005',
  // Constant conditions, since osls resolves parameters before CloudFormation sees them.
  'W8003',
  // A too short ARN of a topic. Without a topic, a condition removes it. With a topic, the rule applies.
  ...(params.some((param) => param.startsWith('alarmTopic=')) ? [] : ['E3033']),
];

/** The folder of the linter is in `node_modules`, so that `npm ci` removes it too. */
const folder = resolve(`node_modules/.cache/cfn-lint-${version}`);
const linter = join(folder, 'bin/cfn-lint');

const runPython = (args: readonly string[]) =>
  spawnSync('python3', args, {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: folder, PIP_DISABLE_PIP_VERSION_CHECK: '1' },
  });

/** Installs the linter. Returns the reason if that fails. */
function installLinter(): string | undefined {
  if (existsSync(linter)) return undefined;
  if (runPython(['-m', 'pip', '--version']).status !== 0) return 'python3 has no pip';
  const args = ['-m', 'pip', 'install', '--quiet', '--target', folder, `cfn-lint==${version}`];
  const { status, stderr } = runPython(args);
  if (status === 0) return undefined;
  rmSync(folder, { recursive: true, force: true });
  return `pip failed: ${stderr.trim().split('\n').at(-1)}`;
}

/** Packages a variant. Returns the problems of its templates, if there are any. */
async function lintVariant(variant: Variant): Promise<string | undefined> {
  const packaged = new PackagedStack();
  try {
    await packaged.build(variant);
    const paths = templateFiles.map((name) => packaged.path(name));
    const args = [linter, '--ignore-checks', ...getIgnoredRules(variant), '--', ...paths];
    const { status, stdout, stderr } = runPython(args);
    return status === 0 ? undefined : `${stdout}${stderr}status ${status}`;
  } finally {
    packaged.remove();
  }
}

/** Lints the templates of every variant. Fails on any problem. Without the linter, it skips the check. */
async function main(): Promise<void> {
  const reason = installLinter();
  if (reason) {
    console.log(`SKIPPED: the templates were not linted (${reason}). Install Python 3 with pip.`);
    return;
  }
  for (const [name, variant] of Object.entries(variants)) {
    const found = await lintVariant(variant);
    console.log(found ? `${name}:\n${found}` : `${name}: cfn-lint found no problems.`);
    if (found) process.exitCode = 1;
  }
}

await main();
