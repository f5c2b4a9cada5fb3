/** The metrics of an invocation and their units. CloudWatch gets only the ones with a value. */
export const metrics = {
  /** Deliveries that the gateway accepted. */
  Delivered: 'Count',
  /** Deliveries to connections that had ended. */
  Gone: 'Count',
  /** Deliveries that failed for good. The recipients get the event by recovery. */
  DeliveryFailed: 'Count',
  /** Deliveries that were enqueued for other invocations. */
  Enqueued: 'Count',
  /** Retries of calls to DynamoDB, to the gateway and to Lambda. */
  Retries: 'Count',
  /** The time from the first delivery of an event to the last, or until the rest was enqueued. */
  FanOutLatency: 'Milliseconds',
  /** Clients that were away longer than the log of their room reaches back. */
  RecoveryIncomplete: 'Count',
} as const;

/** The name of a metric. */
export type Metric = keyof typeof metrics;

/** The metric of errors. An invocation has at most one, with the dimension `Code`. */
export const errorsMetric = 'Errors';

/** The CloudWatch namespace of all metrics. */
export const namespace = 'Kaiwa';

/** The metrics of one invocation. */
export type MetricValues = Partial<Record<Metric, number>>;

/**
 * Returns the fields that make a line of the log a report of metrics, in CloudWatch's embedded format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 * A report costs no call. An invocation without metrics gets no fields.
 */
export function toEmf(
  values: MetricValues,
  code: string | undefined,
  functionName: string,
  now: number,
): object {
  const directives: object[] = [];
  const measured = (Object.keys(metrics) as Metric[]).filter((name) => values[name] !== undefined);
  if (measured.length > 0) {
    const definitions = measured.map((Name) => ({ Name, Unit: metrics[Name] }));
    directives.push(emfDirective(['FunctionName'], definitions));
  }
  if (code !== undefined) {
    const definition = { Name: errorsMetric, Unit: 'Count' };
    directives.push(emfDirective(['FunctionName', 'Code'], [definition]));
  }
  if (directives.length === 0) return {};
  return {
    ...values,
    ...(code !== undefined && { [errorsMetric]: 1, Code: code }),
    FunctionName: functionName,
    _aws: { Timestamp: now, CloudWatchMetrics: directives },
  };
}

const emfDirective = (dimensions: readonly string[], definitions: readonly object[]) => ({
  Namespace: namespace,
  Dimensions: [dimensions],
  Metrics: definitions,
});
