import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import {
  type BenchRows,
  findRow,
  formatMeasure,
  formatTargets,
  type MeasureRow,
} from './bench-table.ts';
import { readData } from './data.ts';
import { formatTable } from './markdown.ts';

/** Parses a YAML file. CloudFormation's tags count as plain values. */
const readYaml = (file: string) =>
  parse(readFileSync(file, 'utf8'), { merge: true, logLevel: 'error' });

const code = (name: string) => `\`${name}\``;

/** Returns the table of DynamoDB units per action. */
export function createCostTable(): string {
  const { actions } = readData('costs');
  const rows = actions.map(({ action, read, write }) => [action, read, write]);
  return formatTable(['action', 'read units', 'write units'], rows, { numeric: true });
}

/** Returns the table of injected faults, promises and outcomes. */
export function createFaultTable(): string {
  const { outcomes, faults } = readData('faults');
  const rows = faults.map(({ fault, promise, observed }) => {
    const texts = observed.map((id) => outcomes[id] ?? id);
    return [fault, promise, texts.join('; or ')];
  });
  return formatTable(['fault', 'promise', 'observed'], rows);
}

/** Returns the table of stage parameters, with the defaults that `serverless.yml` sets. */
export function createParameterTable({
  essentialOnly,
}: {
  readonly essentialOnly: boolean;
}): string {
  const { params } = readYaml('serverless.yml');
  const rows = readData('parameters')
    .filter(({ essential }) => essential || !essentialOnly)
    .map(({ name, description }) => {
      const values = [params.default[name]];
      if (name in params.production) values.push(`production ${params.production[name]}`);
      return [code(name), values.join(', '), description];
    });
  return formatTable(['parameter', 'default', 'meaning'], rows);
}

/** Returns the table of the fields of a log line. */
export function createLogFieldTable(): string {
  const rows = readData('operations').logFields.map(({ names, description }) => [
    names.map(code).join(', '),
    description,
  ]);
  return formatTable(['field', 'meaning'], rows);
}

/** Returns the table of metrics. */
export function createMetricTable(): string {
  const rows = readData('operations').metrics.map(({ name, description }) => [
    code(name),
    description,
  ]);
  return formatTable(['metric', 'meaning'], rows);
}

/** Part of a CloudFormation resource that the table of alarms reads. */
interface AlarmResource {
  readonly Type?: string;
  readonly Properties?: { readonly AlarmDescription: string };
}

/** Returns the table of alarms: a link to each section of the runbook, and CloudWatch's text. */
export function createAlarmTable(): string {
  const resources: Readonly<Record<string, AlarmResource>> = readYaml('src/ops/alarms.yml');
  const rows = Object.entries(resources).flatMap(([name, { Type, Properties }]) =>
    Type === 'AWS::CloudWatch::Alarm' && Properties
      ? [[`[${name}](#${name.toLowerCase()})`, Properties.AlarmDescription]]
      : [],
  );
  return formatTable(['alarm', 'meaning'], rows);
}

const readBenchGroups = (): Readonly<Record<string, BenchRows>> =>
  JSON.parse(readFileSync('test/bench/results.json', 'utf8')).groups;

/** Returns the table of every benchmark that has a target. */
export function createBenchTable(): string {
  return formatTargets(readBenchGroups());
}

/** Returns the README's table: two benchmarks, and the units of a message. */
export function createHighlightTable(): string {
  const groups = readBenchGroups();
  const toCells = (row: MeasureRow) => [
    row.measure,
    formatMeasure(row.value, row),
    `${formatMeasure(row.controlValue, row)} (${row.control})`,
  ];
  const coldStart = findRow(
    groups,
    'cold start, CPU',
    'SDK clients, schemas compiled at startup, one file',
  );
  const send = findRow(
    groups,
    '`sendmessage` in a room of 20, CPU',
    'tutorial, 20 connections in total',
  );
  const { roomSize, actions } = readData('costs');
  const units = actions.find(({ id }) => id === 'sendmessage');
  return formatTable(
    ['measure', 'Kaiwa', 'control'],
    [
      toCells(coldStart),
      toCells(send),
      [
        `\`sendmessage\` in a room of ${roomSize}, DynamoDB`,
        `${units?.read} read, ${units?.write} write units`,
        'the same with 100,000 connections in the table',
      ],
    ],
  );
}
