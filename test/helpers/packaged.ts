import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProjectCopy } from './local-stack.ts';

/** What the tests look at in a CloudFormation resource. */
export interface TemplateResource {
  Type: string;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is looked at here, not relied on
  Properties: any;
}

/** What is packaged in tests: a stage, with parameters of its own. */
export interface Variant {
  readonly stage: string;
  readonly params: readonly string[];
}

/** The stack as it is by default, as people are asked for tokens in it, and with all that can be turned on. */
export const variants = {
  dev: { stage: 'dev', params: [] },
  production: {
    stage: 'production',
    params: ['issuer=https://login.example/', 'audience=kaiwa'],
  },
  everything: {
    stage: 'production',
    params: [
      ...[
        'issuer=https://login.example/',
        'audience=kaiwa',
        'secretParameter=/kaiwa/production/jwt',
      ],
      ...['alarmTopic=arn:aws:sns:us-east-1:123456789012:kaiwa', 'tracing=Active'],
    ],
  },
} satisfies Record<string, Variant>;

/** The files that `sls package` leaves, but for the artifact. */
export const templateFiles = [
  'cloudformation-template-create-stack.json',
  'cloudformation-template-update-stack.json',
];

/** The project packaged in a folder of its own. */
export class PackagedStack {
  readonly #checkout: ProjectCopy;

  /** Default in a temporary folder. */
  constructor(parent?: string) {
    this.#checkout = new ProjectCopy(parent);
  }

  get folder(): string {
    return this.#checkout.folder;
  }

  /** Leaves a file as a local stack leaves one that is killed. */
  leaveStaleChunk(): void {
    const folder = join(this.folder, '.esbuild/.build/src');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'chunk-OLD.mjs'), 'export {};');
  }

  /** Packages a variant; throws with what was said where that fails. */
  async build({ stage, params }: Variant, env: NodeJS.ProcessEnv = {}): Promise<void> {
    const packaging = this.#startPackaging({ stage, params }, env);
    const code = await packaging.waitForExit();
    if (code !== 0) throw new Error(packaging.remainingLines.join('\n'));
  }

  /** Begins to package what will be refused with this line. */
  async expectRefused(variant: Variant, line: string): Promise<void> {
    const packaging = this.#startPackaging(variant);
    await packaging.waitForLine(line);
    expect(await packaging.waitForExit()).toBe(1);
  }

  /** Where a file of the package is. */
  path(name: string): string {
    return join(this.folder, '.serverless', name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  /** The resources of the whole stack, or of what is made before it to put the artifact into. */
  resources(name = 'cloudformation-template-update-stack.json'): Record<string, TemplateResource> {
    return JSON.parse(this.read(name)).Resources;
  }

  /** Those of one type. */
  resourcesOfType(type: string): TemplateResource[] {
    return Object.values(this.resources()).filter(({ Type }) => Type === type);
  }

  remove(): void {
    this.#checkout.remove();
  }

  #startPackaging({ stage, params }: Variant, env?: NodeJS.ProcessEnv) {
    const given = params.map((param) => `--param=${param}`);
    return this.#checkout.sls(['package', '--stage', stage, ...given], env);
  }
}
