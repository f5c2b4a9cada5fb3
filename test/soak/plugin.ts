import {
  type Fault,
  FaultProxy,
  garblesResponse,
  hangs,
  losesResponse,
  resets,
  responds,
  stallsResponse,
  truncatesResponse,
} from '../helpers/fakes/fault-proxy.ts';

/** What this plugin sets of a Serverless service. */
interface Serverless {
  readonly service: { readonly provider: { environment: Record<string, unknown> } };
}

const throttled = responds(
  400,
  '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}',
);

/** Most often what is over soon; what hangs takes seconds. */
const faults: readonly Fault[] = [
  ...[
    throttled,
    throttled,
    responds(500),
    responds(503),
    resets,
    resets,
    losesResponse,
    losesResponse,
  ],
  ...[truncatesResponse, garblesResponse, hangs, stallsResponse],
];

/** Of so many calls one fails. */
const oneIn = Number(process.env['FAULT_ONE_IN'] ?? 0);

/** Puts itself between the function and the engine of a local stack: goes behind the plugin that starts it. */
export default class FaultsPlugin {
  readonly hooks = { 'before:offline:start:init': () => this.#start() };
  readonly #serverless: Serverless;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
  }

  async #start(): Promise<void> {
    if (oneIn === 0) return;
    const { environment } = this.#serverless.service.provider;
    const proxy = await FaultProxy.start(String(environment['DYNAMODB_ENDPOINT']));
    proxy.fault = () =>
      Math.random() * oneIn < 1 ? faults[Math.floor(Math.random() * faults.length)] : undefined;
    environment['DYNAMODB_ENDPOINT'] = proxy.url;
    environment['DEPENDENCY_TIMEOUT_MS'] = 3_000;
  }
}
