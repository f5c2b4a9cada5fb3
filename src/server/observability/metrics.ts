/** What CloudWatch is told of an invocation, and in which of its units. What did not happen is left out. */
export const metrics = {
  /** Deliveries that were taken by the gateway. */
  Delivered: 'Count',
  /** Deliveries to connections that had ended. */
  Gone: 'Count',
  /** Deliveries that failed for good; their recipients heal by recovery. */
  DeliveryFailed: 'Count',
  /** Deliveries that were left to other invocations. */
  Enqueued: 'Count',
  /** Calls outside that were made once more: to the table, the gateway, Lambda. */
  Retries: 'Count',
  /** From an event's first delivery to its last one, or until the rest was handed over. */
  FanOutLatency: 'Milliseconds',
  /** Clients that were away for longer than their room's log goes back. */
  RecoveryIncomplete: 'Count',
} as const;

/** A measure's name. */
export type Metric = keyof typeof metrics;

/** What is reported beside the measures: one error of one code, at most, an invocation. */
export const errorsMetric = 'Errors';

/** Where all of it stands in CloudWatch; an error has the dimension `Code` beside `FunctionName`. */
export const namespace = 'Kaiwa';

/** What an invocation has measured. */
export type MetricValues = Partial<Record<Metric, number>>;

/**
 * The fields by which a line of the log is a report of metrics too, in CloudWatch's embedded format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html):
 * it costs no call, and nothing where there is nothing to report.
 */
export function toEmf(
  counts: MetricValues,
  code: string | undefined,
  functionName: string,
  now: number,
): object {
  const names = (Object.keys(metrics) as Metric[]).filter((name) => counts[name] !== undefined);
  const directives = [
    ...(names.length > 0
      ? [
          emfDirective(
            ['FunctionName'],
            names.map((Name) => ({ Name, Unit: metrics[Name] })),
          ),
        ]
      : []),
    ...(code === undefined
      ? []
      : [emfDirective(['FunctionName', 'Code'], [{ Name: errorsMetric, Unit: 'Count' }])]),
  ];
  if (directives.length === 0) return {};
  return {
    ...counts,
    ...(code !== undefined && { [errorsMetric]: 1, Code: code }),
    FunctionName: functionName,
    _aws: { Timestamp: now, CloudWatchMetrics: directives },
  };
}

const emfDirective = (dimensions: readonly string[], of: readonly object[]) => ({
  Namespace: namespace,
  Dimensions: [dimensions],
  Metrics: of,
});
