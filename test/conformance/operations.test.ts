import { readFileSync } from 'node:fs';
import type { Request } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Event } from '../../schemas/index.ts';
import { readData } from '../../src/build/docs/data.ts';
import { recordFailure, withInvocationLog } from '../../src/server/observability/invocation-log.ts';
import { errorsMetric, metrics, namespace } from '../../src/server/observability/metrics.ts';
import { readYaml, serverlessConfig } from '../helpers/serverless.ts';
import { createGatewayEvent } from '../helpers/test-server.ts';

/** The parts of an alarm that the tests read. */
interface Alarm {
  Type: string;
  Condition: string;
  Properties: {
    AlarmName: string;
    AlarmActions?: unknown;
    OKActions?: unknown;
    Namespace?: string;
    MetricName?: string;
    Metrics?: { MetricStat?: { Metric: { Namespace: string; MetricName: string } } }[];
  };
}

const alarmResources: Record<string, Alarm> = readYaml('src/ops/alarms.yml');
const alarms = Object.entries(alarmResources).filter(
  ([name, { Type }]) => Type === 'AWS::CloudWatch::Alarm' && name !== 'alarm',
);
const runbook = readFileSync('docs/operations.md', 'utf8');
const getSection = (title: string) =>
  runbook.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? '';

const ownMetrics = [...Object.keys(metrics), errorsMetric];

/** The names of our metrics that an alarm looks at. */
const listWatchedMetrics = ({ Properties }: Alarm) =>
  [Properties, ...(Properties.Metrics ?? []).map(({ MetricStat }) => MetricStat?.Metric)]
    .filter((metric) => metric?.Namespace === namespace)
    .map((metric) => metric?.MetricName);

/** The names of our metrics that the dashboard shows. */
function listDashboardMetrics(): string[] {
  const { DashboardBody }: { DashboardBody: string } =
    readYaml('src/ops/alarms.yml').Dashboard.Properties;
  const { widgets } = JSON.parse(DashboardBody);
  const names: string[] = [];
  for (const { properties } of widgets) {
    let space = '';
    for (const [first, second] of properties.metrics ?? []) {
      const search = /\{Kaiwa,.*MetricName="(\w+)"/.exec(first.expression ?? '')?.[1];
      if (search) names.push(search);
      if (first !== '.' && first !== '...') space = first;
      if (space === namespace && typeof second === 'string') names.push(second);
    }
  }
  return names;
}

/** The fields of the lines of a request and of a part that fail, but for the metrics in them. */
async function collectLogFields(): Promise<Set<string>> {
  const lines: object[] = [];
  const context = { awsRequestId: 'r1', functionName: 'chat' } as Context;
  const fail = async () => recordFailure({ error: new Error('x') } as Request);
  process.env['_X_AMZN_TRACE_ID'] = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1';
  const request = createGatewayEvent('MESSAGE', 'ping', 'c1=');
  for (const event of [request, { event: {} as Event, recipients: [] }]) {
    await withInvocationLog((line) => lines.push(line), event, context, fail);
  }
  delete process.env['_X_AMZN_TRACE_ID'];
  const names = lines.flatMap((line) => Object.keys(line));
  return new Set(names.filter((name) => !/^(_aws|Code|FunctionName|Errors)$/.test(name)));
}

describe('the alarms', () => {
  it('are in the stack, each of them, where they are asked for', () => {
    expect(alarms.length).toBeGreaterThan(8);
    for (const [name, { Condition, Properties }] of alarms) {
      expect(serverlessConfig.resources.Resources).toHaveProperty(
        name,
        `\${file(src/ops/alarms.yml):${name}}`,
      );
      expect([Condition, Properties.AlarmName]).toEqual([
        'AlarmsEnabled',
        `\${self:service}-\${self:provider.stage}-${name}`,
      ]);
      expect([Properties.AlarmActions, Properties.OKActions]).toEqual([
        expect.objectContaining({ 'Fn::If': expect.arrayContaining(['HasAlarmTopic']) }),
        expect.objectContaining({ 'Fn::If': expect.arrayContaining(['HasAlarmTopic']) }),
      ]);
    }
  });

  it('look at metrics that the function reports', () => {
    const watchedMetrics = alarms.flatMap(([, alarm]) => listWatchedMetrics(alarm));
    expect(watchedMetrics.length).toBeGreaterThan(4);
    expect(ownMetrics).toEqual(expect.arrayContaining(watchedMetrics));
  });

  it('have each a passage in the runbook, and there is none of another', () => {
    const documented = [...getSection('Alarms').matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
    expect(documented).toEqual(alarms.map(([name]) => name));
  });
});

describe('the metrics', () => {
  it('are all on the dashboard, which shows no other', () => {
    expect(new Set(listDashboardMetrics())).toEqual(new Set(ownMetrics));
  });

  it('are all explained in the runbook, and no other', () => {
    const documented = readData('operations').metrics.map(({ name }) => name);
    expect(documented).toEqual(ownMetrics);
  });
});

describe('the runbook', () => {
  it('explains every field of a line of the log, and no other', async () => {
    const documented = readData('operations').logFields.flatMap(({ names }) => names);
    expect(documented.toSorted()).toEqual([...(await collectLogFields())].toSorted());
  });
});
