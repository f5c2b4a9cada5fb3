import { parse } from 'yaml';
import type { ContractSource } from '../../src/build/contract/frames.ts';

const closed = { type: 'object', additionalProperties: false };
const word = { type: 'string', maxLength: 9 };
const said = {
  ...closed,
  required: ['type', 'text'],
  properties: { type: { const: 'said' }, text: word, mood: { enum: ['calm', 'loud'] } },
};
const gone = { ...closed, required: ['type'], properties: { type: { const: 'left' } } };

/** A contract with one action, two events and two errors. */
export const oldContract = {
  actions: {
    say: {
      summary: 'Sends a message.',
      access: 'connection',
      durable: true,
      request: {
        schema: {
          ...closed,
          required: ['action', 'text'],
          properties: {
            action: { const: 'say' },
            text: word,
            room: { type: 'string', pattern: '^[a-z]+$' },
            count: { type: 'integer', minimum: 1, maximum: 9 },
            mood: { enum: ['calm', 'loud'] },
          },
        },
        examples: [],
      },
      result: {
        schema: {
          ...closed,
          required: ['seq', 'log'],
          properties: {
            seq: { type: 'integer' },
            hint: word,
            log: { type: 'array', maxItems: 2, items: { oneOf: [said, gone] } },
            marks: { type: 'object', propertyNames: word, additionalProperties: word },
          },
        },
        examples: [],
      },
    },
  },
  events: {
    said: { summary: 'A message.', durable: true, event: { schema: said, examples: [] } },
    left: { summary: 'A member left.', durable: false, event: { schema: gone, examples: [] } },
  },
  errors: {
    busy: { description: 'Later.', retryable: true },
    wrong: { description: 'No.', retryable: false },
  },
  errorFrame: {
    schema: { ...closed, properties: { code: { enum: ['busy', 'wrong'] } } },
    examples: [],
  },
  connect: { schema: { type: 'object', properties: { name: word } }, examples: [] },
  subprotocol: 'chat.v1',
  defaultRoom: 'hall',
};

/** New values by path. Null removes the value. */
export type Patch = Readonly<Record<string, unknown>>;

/** Returns a changed copy. */
function applyPatch(value: unknown, patch: Patch) {
  const copy = JSON.parse(JSON.stringify(value));
  for (const [path, inner] of Object.entries(patch)) {
    const keys = path.split('/');
    const last = keys.pop() ?? '';
    const parent = keys.reduce((outer, key) => outer[key], copy);
    if (inner === null && Array.isArray(parent)) parent.splice(Number(last), 1);
    else if (inner === null) delete parent[last];
    else parent[last] = inner;
  }
  return copy;
}

/** Creates the contract with changes. */
export function createContract(patch: Patch = {}): ContractSource {
  const contract = applyPatch(oldContract, patch);
  return { ...contract, ackSchema: (name: string) => contract.actions[name].result.schema };
}

/** A row of a table. */
export interface CompatibilityCase {
  readonly patch: Patch;
  /** The difference in the words of the report. */
  readonly difference: string;
  readonly oldClients: string;
  /** Old servers may keep working on a condition: `if`. */
  readonly oldServers: string;
  /** A frame that is valid in the old contract, and a frame that is valid in the new contract. */
  readonly frames?: readonly [old: unknown, current: unknown];
}

/**
 * Reads a table. Its columns are the patch below a root, the difference, and the impact on old clients and
 * old servers. Two more columns may have what an old and a current frame have beside `frame`.
 */
export const parseCases = (
  lines: string,
  root = '',
  frame: Patch = {},
): [string, CompatibilityCase][] =>
  lines
    .trim()
    .split('\n')
    .map((line) => line.split(' | ').map((cell) => cell.trim()))
    .map(([patch = '', difference = '', oldClients = '', oldServers = '', ...frames]) => {
      const [oldFrame, currentFrame] = frames.map((fields) => applyPatch(frame, parse(fields)));
      const found = { patch: prefixPaths(root, parse(patch)), difference, oldClients, oldServers };
      return [
        difference,
        { ...found, ...(oldFrame && currentFrame && { frames: [oldFrame, currentFrame] }) },
      ];
    });

const prefixPaths = (root: string, patch: Patch): Patch =>
  Object.fromEntries(Object.entries(patch).map(([path, value]) => [`${root}${path}`, value]));
