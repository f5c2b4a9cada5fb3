import { readFileSync } from 'node:fs';
import type { BuildOptions } from 'esbuild';
import { parse } from 'yaml';
import type { TableProperties } from '../../src/local/dynalite.ts';

/** The parts of `serverless.yml` that tests read. */
interface ServerlessConfig {
  params: Record<'default' | 'production', Record<string, unknown>>;
  provider: { environment: Record<string, unknown> };
  functions: Record<string, { events: { websocket?: string | { route: string } }[] }>;
  custom: { esbuild: BuildOptions & { plugins: string; outputFileExtension: string } };
  resources: {
    Resources: {
      Table: { Properties: TableProperties };
      ChatRole: { Properties: { Policies: (Policy | { 'Fn::If': [string, Policy, string] })[] } };
    };
  };
}

/** A policy of a role. */
interface Policy {
  PolicyDocument: { Statement: { Action: string | string[]; Resource: string | string[] }[] };
}

const intrinsics = ['!Ref', '!Sub', '!GetAtt'].map((tag) => ({
  tag,
  resolve: (value: string) => value,
}));

/** Reads a YAML file of the service, with its variables unresolved. */
export const readYaml = (file: string) =>
  parse(readFileSync(file, 'utf8'), { customTags: intrinsics, merge: true });

/** The parsed `serverless.yml`. */
export const serverlessConfig: ServerlessConfig = readYaml('serverless.yml');
