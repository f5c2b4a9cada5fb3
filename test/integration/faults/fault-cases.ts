import {
  type Fault,
  garbleResponse,
  loseResponse,
  neverRespond,
  resetConnection,
  respondWith,
  stallResponse,
  truncateResponse,
} from '../../helpers/fakes/fault-proxy.ts';

/** Responds as DynamoDB does to a failed request, with a text that no client may see. */
const respondsError = (status: number, name: string): Fault =>
  respondWith(
    status,
    JSON.stringify({
      __type: `com.amazonaws.dynamodb.v20120810#${name}`,
      message: 'inner text of the table kaiwa-inner',
    }),
    { 'content-type': 'application/x-amz-json-1.0' },
  );

/** Every operation that the server sends to DynamoDB. None of them can succeed in part. */
export const operations = ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'];

/** A way in which DynamoDB can fail. */
interface FaultKind {
  /** Id of its row in `docs/data/faults.json`. */
  readonly faultId: string;
  readonly name: string;
  readonly fault: Fault;
}

const toFaultKinds = (faultId: string, faults: Readonly<Record<string, Fault>>): FaultKind[] =>
  Object.entries(faults).map(([name, fault]) => ({ faultId, name, fault }));

/**
 * Faults that hide whether DynamoDB applied the request.
 * The slowest fault of each group comes first, so that the others run beside it.
 */
const ambiguousFaults: FaultKind[] = [
  ...toFaultKinds('dynamodbSilent', {
    'never answers': neverRespond,
    'breaks the connection': resetConnection,
  }),
  ...toFaultKinds('dynamodbResponseLost', {
    'does it, and never answers': stallResponse,
    'does it, and breaks the connection': loseResponse,
    'does it, and breaks off': truncateResponse,
    'does it, and says no JSON': garbleResponse,
  }),
];

/** Faults that prove that DynamoDB did not apply the request. */
const definiteFaults: FaultKind[] = [
  ...toFaultKinds('dynamodbThrottles', {
    'throttles the table': respondsError(400, 'ProvisionedThroughputExceededException'),
    throttles: respondsError(400, 'ThrottlingException'),
    'throttles the account': respondsError(400, 'RequestLimitExceeded'),
  }),
  ...toFaultKinds('dynamodbFails', {
    fails: respondsError(500, 'InternalServerError'),
    'is away': respondWith(503, '<html>inner text</html>'),
  }),
];

/** A fault at one call of a request, or from that call on. */
export interface FaultCase extends FaultKind {
  /** Number of the call, from 1. */
  readonly step: number;
  /** Whether all later calls fail too. */
  readonly persists: boolean;
  /** Milliseconds that the server waits for a call that hangs. @default a short time */
  readonly timeoutMs?: number;
}

/** Returns whether only a timeout ends the wait for the response. */
export const isHanging = ({ fault }: FaultCase): boolean =>
  fault === neverRespond || fault === stallResponse;

/**
 * Returns every fault from each call on, and every ambiguous fault at each single call.
 *
 * @param calls Number of calls that the request makes without faults.
 */
export function createFaultCases(calls: number): FaultCase[] {
  const steps = Array.from({ length: calls }, (_, index) => index + 1);
  const atEachStep = (kinds: readonly FaultKind[], persists: boolean) =>
    kinds.flatMap((kind) => steps.map((step) => ({ ...kind, step, persists })));
  return [
    ...atEachStep([...ambiguousFaults, ...definiteFaults], true),
    ...atEachStep(ambiguousFaults, false),
  ];
}

/** Returns the fault of the call with this number, if it has one. */
export const selectFault = (
  { step, persists, fault }: FaultCase,
  number: number,
): Fault | undefined => ((persists ? number >= step : number === step) ? fault : undefined);

/** Describes a case for a failure message. */
export const describeCase = ({ name, step, persists }: FaultCase): string =>
  `DynamoDB ${name} ${persists ? 'from' : 'at'} call ${step}`;

/** Traces of DynamoDB and of this code that an error frame must not contain. */
const internalsPattern =
  /inner|exception|aws|dynamo|sdk|kaiwa-|econn|socket|timeout|node:|\.ts\b| at |stack/i;

/** Returns whether a frame leaks internals. A random user id may match by chance, so it is left out. */
export const leaksInternals = (frame: object): boolean =>
  internalsPattern.test(
    JSON.stringify(frame, (name, value) => (name === 'userId' ? undefined : value)),
  );
