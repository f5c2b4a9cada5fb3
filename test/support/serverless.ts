import { readFileSync } from 'node:fs';
import type { BuildOptions } from 'esbuild';
import { parse } from 'yaml';
import type { TableProperties } from '../../src/local/database.ts';

/** What the tests read of `serverless.yml`. */
interface Service {
  params: Record<'default' | 'production', Record<string, unknown>>;
  provider: { environment: Record<string, unknown> };
  functions: Record<string, { events: { websocket?: string | { route: string } }[] }>;
  custom: { esbuild: BuildOptions & { plugins: string; outputFileExtension: string } };
  resources: { Resources: { Table: { Properties: TableProperties } } };
}

const intrinsics = ['!Ref', '!Sub', '!GetAtt'].map((tag) => ({
  tag,
  resolve: (value: string) => value,
}));

/** `serverless.yml` as it stands, variables unresolved. */
export const service: Service = parse(readFileSync('serverless.yml', 'utf8'), {
  customTags: intrinsics,
});
