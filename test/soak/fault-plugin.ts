import {
  type Fault,
  FaultProxy,
  garbleResponse,
  loseResponse,
  neverRespond,
  resetConnection,
  respondWith,
  stallResponse,
  truncateResponse,
} from '../helpers/fakes/fault-proxy.ts';

/** The part of a Serverless service that this plugin changes. */
interface Serverless {
  readonly service: { readonly provider: { environment: Record<string, unknown> } };
}

const throttles = respondWith(
  400,
  '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}',
);

/** Faults by frequency. Most are short, since a call that hangs takes seconds. */
const faults: readonly Fault[] = [
  throttles,
  throttles,
  respondWith(500),
  respondWith(503),
  resetConnection,
  resetConnection,
  loseResponse,
  loseResponse,
  truncateResponse,
  garbleResponse,
  neverRespond,
  stallResponse,
];

/** Average number of calls per fault. 0 injects none. */
const callsPerFault = Number(process.env['CALLS_PER_FAULT'] ?? 0);

/**
 * Puts a failing proxy between the function and the table of a local stack.
 * List it after the plugin that starts the table.
 */
export default class FaultPlugin {
  readonly hooks = { 'before:offline:start:init': () => this.#start() };
  readonly #serverless: Serverless;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
  }

  async #start(): Promise<void> {
    if (callsPerFault === 0) return;
    const { environment } = this.#serverless.service.provider;
    const proxy = await FaultProxy.start(String(environment['DYNAMODB_ENDPOINT']));
    proxy.fault = () =>
      Math.random() * callsPerFault < 1
        ? faults[Math.floor(Math.random() * faults.length)]
        : undefined;
    environment['DYNAMODB_ENDPOINT'] = proxy.url;
    environment['DEPENDENCY_TIMEOUT_MS'] = 3_000;
  }
}
