import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProjectCopy } from './local-stack.ts';

/** The parts of a CloudFormation resource that tests read. */
export interface TemplateResource {
  Type: string;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests read properties of many resource types
  Properties: any;
}

/** A stage to package, with its parameters. */
export interface Variant {
  readonly stage: string;
  readonly params: readonly string[];
}

/** The default stack, the stack that requires tokens, and the stack with every option turned on. */
export const variants = {
  dev: { stage: 'dev', params: [] },
  production: {
    stage: 'production',
    params: ['issuer=https://login.example/', 'audience=kaiwa'],
  },
  everything: {
    stage: 'production',
    params: [
      'issuer=https://login.example/',
      'audience=kaiwa',
      'secretParameter=/kaiwa/production/jwt',
      'alarmTopic=arn:aws:sns:us-east-1:123456789012:kaiwa',
      'tracing=Active',
    ],
  },
} satisfies Record<string, Variant>;

/** The files that `sls package` writes, except the artifact. */
export const templateFiles = [
  'cloudformation-template-create-stack.json',
  'cloudformation-template-update-stack.json',
];

/** The project, packaged in a copy of its own. */
export class PackagedStack {
  readonly #checkout: ProjectCopy;

  /** Copies the project into a new folder. @default below the temporary folder of the system */
  constructor(parent?: string) {
    this.#checkout = new ProjectCopy(parent);
  }

  get folder(): string {
    return this.#checkout.folder;
  }

  /** Writes a stale file, as a killed local stack leaves it. */
  leaveStaleChunk(): void {
    const folder = join(this.folder, '.esbuild/.build/src');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'chunk-OLD.mjs'), 'export {};');
  }

  /** Packages a variant. Throws its output if that fails. */
  async build({ stage, params }: Variant, env: NodeJS.ProcessEnv = {}): Promise<void> {
    const packaging = this.#startPackaging({ stage, params }, env);
    const code = await packaging.waitForExit();
    if (code !== 0) throw new Error(packaging.remainingLines.join('\n'));
  }

  /** Packages a variant and expects the command to fail with this line. */
  async expectRefused(variant: Variant, line: string): Promise<void> {
    const packaging = this.#startPackaging(variant);
    await packaging.waitForLine(line);
    expect(await packaging.waitForExit()).toBe(1);
  }

  /** Returns the path of a file of the package. */
  path(name: string): string {
    return join(this.folder, '.serverless', name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  /** Returns the resources of a template. @default the template of the whole stack */
  resources(name = 'cloudformation-template-update-stack.json'): Record<string, TemplateResource> {
    return JSON.parse(this.read(name)).Resources;
  }

  /** Returns the resources of one type. */
  resourcesOfType(type: string): TemplateResource[] {
    return Object.values(this.resources()).filter(({ Type }) => Type === type);
  }

  remove(): void {
    this.#checkout.remove();
  }

  #startPackaging({ stage, params }: Variant, env?: NodeJS.ProcessEnv) {
    const args = params.map((param) => `--param=${param}`);
    return this.#checkout.sls(['package', '--stage', stage, ...args], env);
  }
}
