import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PackagedStack, templateFiles, type Variant, variants } from '../helpers/packaged.ts';

/** The linter that CloudFormation's own people keep (https://github.com/aws-cloudformation/cfn-lint). */
const version = '1.58.0';

/** What it would find, and is right as it is. */
const getIgnoredRules = ({ params }: Variant) => [
  // Things that are to be there first, though a reference says so too: osls writes them.
  'W3005',
  // Conditions that are always true or never: a parameter is resolved before CloudFormation sees them.
  'W8003',
  // Too short a text: of no topic, where a condition says that there is none. With a topic the rule holds.
  ...(params.some((param) => param.startsWith('alarmTopic=')) ? [] : ['E3033']),
];

/** Installed beside npm's packages, so that `npm ci` takes it away with them. */
const folder = resolve(`node_modules/.cache/cfn-lint-${version}`);
const linter = join(folder, 'bin/cfn-lint');

const runPython = (args: readonly string[]) =>
  spawnSync('python3', args, {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: folder, PIP_DISABLE_PIP_VERSION_CHECK: '1' },
  });

/** Why it cannot be had, where it cannot. */
function installLinter(): string | undefined {
  if (existsSync(linter)) return undefined;
  if (runPython(['-m', 'pip', '--version']).status !== 0) return 'there is no python3 with pip';
  const args = ['-m', 'pip', 'install', '--quiet', '--target', folder, `cfn-lint==${version}`];
  const { status, stderr } = runPython(args);
  if (status === 0) return undefined;
  rmSync(folder, { recursive: true, force: true });
  return `pip could not install it: ${stderr.trim().split('\n').at(-1)}`;
}

/** Packages a variant, and tells what is wrong with its templates, or nothing. */
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

/** Has cfn-lint look at every variant of the stack. It must find nothing; where it cannot be had, nobody looks. */
async function main(): Promise<void> {
  const reason = installLinter();
  if (reason) {
    console.log(`SKIPPED: nobody has looked at the templates, since ${reason}.`);
    return;
  }
  for (const [name, variant] of Object.entries(variants)) {
    const found = await lintVariant(variant);
    console.log(found ? `${name}:\n${found}` : `${name}: cfn-lint finds nothing.`);
    if (found) process.exitCode = 1;
  }
}

await main();
