import {
  answered,
  type Fault,
  garbles,
  hangs,
  loses,
  resets,
  stalls,
  truncates,
} from '../../helpers/fakes/fault-proxy.ts';

/** An error as DynamoDB answers it, with words that no client may see. */
const refusal = (status: number, name: string): Fault =>
  answered(
    status,
    JSON.stringify({
      __type: `com.amazonaws.dynamodb.v20120810#${name}`,
      message: 'inner text of the table kaiwa-inner',
    }),
    { 'content-type': 'application/x-amz-json-1.0' },
  );

/** All that the engine is asked for: single rows and stretches, none of which it can do in part. */
export const operations = ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'];

/** Something that the engine can do, and what the README calls it and its like. */
interface Kind {
  readonly group: string;
  readonly name: string;
  readonly fault: Fault;
}

const kindsOf = (group: string, faults: Readonly<Record<string, Fault>>): Kind[] =>
  Object.entries(faults).map(([name, fault]) => ({ group, name, fault }));

/**
 * Those after which nobody knows what was done. What takes longest to wait for comes first in each group:
 * the others go on beside it.
 */
const unclear: Kind[] = [
  ...kindsOf('DynamoDB never answers, or breaks the connection', {
    'never answers': hangs,
    'breaks the connection': resets,
  }),
  ...kindsOf('DynamoDB does it, and its answer is lost, cut off or no JSON', {
    'does it, and never answers': stalls,
    'does it, and breaks the connection': loses,
    'does it, and breaks off': truncates,
    'does it, and says no JSON': garbles,
  }),
];

/** Those which say that nothing was done. */
const clear: Kind[] = [
  ...kindsOf('DynamoDB throttles', {
    'throttles the table': refusal(400, 'ProvisionedThroughputExceededException'),
    throttles: refusal(400, 'ThrottlingException'),
    'throttles the account': refusal(400, 'RequestLimitExceeded'),
  }),
  ...kindsOf('DynamoDB fails: 500, or 503 and a page of HTML', {
    fails: refusal(500, 'InternalServerError'),
    'is away': answered(503, '<html>inner text</html>'),
  }),
];

/** A fault at one call of a request, or from that call on. */
export interface Case extends Kind {
  readonly step: number;
  readonly lasts: boolean;
}

/** Whether nothing but time ends the wait for an answer. */
export const isHanging = ({ fault }: Case): boolean => fault === hangs || fault === stalls;

/** Every fault from each of so many calls on, and those at one call after which nobody knows what was done. */
export const casesOf = (calls: number): Case[] => {
  const steps = Array.from({ length: calls }, (_, index) => index + 1);
  const at = (kinds: readonly Kind[], lasts: boolean) =>
    kinds.flatMap((kind) => steps.map((step) => ({ ...kind, step, lasts })));
  return [...at([...unclear, ...clear], true), ...at(unclear, false)];
};

/** What becomes of the call of that number. */
export const faultAt = ({ step, lasts, fault }: Case, number: number): Fault | undefined =>
  (lasts ? number >= step : number === step) ? fault : undefined;

/** Says which case it is, to people. */
export const hintOf = ({ name, step, lasts }: Case): string =>
  `DynamoDB ${name} ${lasts ? 'from' : 'at'} call ${step}`;

/** The parts of the engine and this code that an error must not tell of. */
const inner = /inner|exception|aws|dynamo|sdk|kaiwa-|econn|socket|timeout|node:|\.ts\b| at |stack/i;

/** Whether what a client is told tells of what is inside. What chance makes of a person's id tells nothing. */
export const leaks = (frame: object): boolean =>
  inner.test(JSON.stringify(frame, (name, value) => (name === 'userId' ? undefined : value)));
