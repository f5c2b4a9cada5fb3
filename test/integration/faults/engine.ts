import {
  type Fault,
  garblesResponse,
  hangs,
  losesResponse,
  resets,
  responds,
  stallsResponse,
  truncatesResponse,
} from '../../helpers/fakes/fault-proxy.ts';

/** An error as DynamoDB answers it, with words that no client may see. */
const respondsError = (status: number, name: string): Fault =>
  responds(
    status,
    JSON.stringify({
      __type: `com.amazonaws.dynamodb.v20120810#${name}`,
      message: 'inner text of the table kaiwa-inner',
    }),
    { 'content-type': 'application/x-amz-json-1.0' },
  );

/** All that the engine is asked for: single rows and stretches, none of which it can do in part. */
export const operations = ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'];

/** A fault of the engine. `group` is the id of its row in `docs/data/faults.json`. */
interface FaultKind {
  readonly group: string;
  readonly name: string;
  readonly fault: Fault;
}

const toFaultKinds = (group: string, faults: Readonly<Record<string, Fault>>): FaultKind[] =>
  Object.entries(faults).map(([name, fault]) => ({ group, name, fault }));

/**
 * Those after which nobody knows what was done. What takes longest to wait for comes first in each group:
 * the others go on beside it.
 */
const ambiguousFaults: FaultKind[] = [
  ...toFaultKinds('dynamodbSilent', {
    'never answers': hangs,
    'breaks the connection': resets,
  }),
  ...toFaultKinds('dynamodbResponseLost', {
    'does it, and never answers': stallsResponse,
    'does it, and breaks the connection': losesResponse,
    'does it, and breaks off': truncatesResponse,
    'does it, and says no JSON': garblesResponse,
  }),
];

/** Those which say that nothing was done. */
const definiteFaults: FaultKind[] = [
  ...toFaultKinds('dynamodbThrottles', {
    'throttles the table': respondsError(400, 'ProvisionedThroughputExceededException'),
    throttles: respondsError(400, 'ThrottlingException'),
    'throttles the account': respondsError(400, 'RequestLimitExceeded'),
  }),
  ...toFaultKinds('dynamodbFails', {
    fails: respondsError(500, 'InternalServerError'),
    'is away': responds(503, '<html>inner text</html>'),
  }),
];

/** A fault at one call of a request, or from that call on. */
export interface FaultCase extends FaultKind {
  readonly step: number;
  readonly persists: boolean;
}

/** Whether nothing but time ends the wait for an answer. */
export const isHanging = ({ fault }: FaultCase): boolean =>
  fault === hangs || fault === stallsResponse;

/** Every fault from each of so many calls on, and those at one call after which nobody knows what was done. */
export const createFaultCases = (calls: number): FaultCase[] => {
  const steps = Array.from({ length: calls }, (_, index) => index + 1);
  const at = (kinds: readonly FaultKind[], persists: boolean) =>
    kinds.flatMap((kind) => steps.map((step) => ({ ...kind, step, persists })));
  return [...at([...ambiguousFaults, ...definiteFaults], true), ...at(ambiguousFaults, false)];
};

/** What becomes of the call of that number. */
export const selectFault = (
  { step, persists, fault }: FaultCase,
  number: number,
): Fault | undefined => ((persists ? number >= step : number === step) ? fault : undefined);

/** Says which case it is, to people. */
export const describeCase = ({ name, step, persists }: FaultCase): string =>
  `DynamoDB ${name} ${persists ? 'from' : 'at'} call ${step}`;

/** The parts of the engine and this code that an error must not tell of. */
const internalsPattern =
  /inner|exception|aws|dynamo|sdk|kaiwa-|econn|socket|timeout|node:|\.ts\b| at |stack/i;

/** Whether what a client is told tells of what is inside. What chance makes of a person's id tells nothing. */
export const leaksInternals = (frame: object): boolean =>
  internalsPattern.test(
    JSON.stringify(frame, (name, value) => (name === 'userId' ? undefined : value)),
  );
