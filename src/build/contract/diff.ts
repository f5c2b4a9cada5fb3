import type { ErrorPolicy } from '../../../schemas/errors.ts';
import type { Access } from '../../../schemas/types.ts';
import {
  type ContractAction,
  type ContractEvent,
  type ContractSource,
  type FrameSpec,
  getFrameName,
  getSender,
  listFrames,
  type Schema,
  type Sender,
} from './frames.ts';
import { type Change, compareSchemas } from './schema-diff.ts';

/** Whether somebody old gets on with somebody new, and on which condition or why not. */
export interface Compatibility {
  readonly compatible: boolean;
  readonly reason?: string;
}

/** One difference between two contracts. */
export interface Difference {
  /** What is different, by the name of its frame or its action: `joinroom.ack, events[].edited`. */
  readonly where: string;
  readonly what: string;
  /** How clients of the old contract fare with servers of the new one. */
  readonly oldClients: Compatibility;
  /** How servers of the old contract fare with clients of the new one. */
  readonly oldServers: Compatibility;
}

const compatible = (reason?: string): Compatibility => ({
  compatible: true,
  ...(reason && { reason }),
});
const incompatible = (reason: string): Compatibility => ({ compatible: false, reason });

type ChangeImpact = Pick<Difference, 'oldClients' | 'oldServers'>;

/**
 * Who survives what, by who writes it. Old clients must survive without doing anything. New clients
 * know both contracts: old servers survive where there is a frame that pleases both.
 */
const changeImpacts: Readonly<Record<Sender, Readonly<Record<Change, ChangeImpact>>>> = {
  client: {
    wider: {
      oldClients: compatible(),
      oldServers: compatible('if new clients spare them what they would refuse'),
    },
    narrower: {
      oldClients: incompatible('what they send may be refused now'),
      oldServers: compatible(),
    },
    other: {
      oldClients: incompatible('what they send may be refused now, or mean something else'),
      oldServers: incompatible('what new clients send may be refused, or mean something else'),
    },
    added: {
      oldClients: compatible(),
      oldServers: compatible('they leave it alone'),
    },
    removed: {
      oldClients: incompatible('what they count on is no longer done'),
      oldServers: compatible(),
    },
  },
  server: {
    wider: {
      oldClients: incompatible('they may receive what they were told would never come'),
      oldServers: compatible(),
    },
    narrower: {
      oldClients: compatible(),
      oldServers: compatible('if new clients still take what the old contract allows'),
    },
    other: {
      oldClients: incompatible('they may receive what they were told would never come'),
      oldServers: incompatible('new clients may receive what they were told would never come'),
    },
    added: {
      oldClients: compatible('they leave it alone'),
      oldServers: compatible('if new clients do without it'),
    },
    removed: {
      oldClients: incompatible('they may wait for it in vain'),
      oldServers: compatible('new clients leave it alone'),
    },
  },
};

/** Tells every difference between two contracts, and who survives it. */
export function compareContracts(old: ContractSource, current: ContractSource): Difference[] {
  const roomChange = `was ${old.defaultRoom}, is ${current.defaultRoom}`;
  const isRoomChanged = old.defaultRoom !== current.defaultRoom;
  return [
    ...compareEntries('client', 'action', old.actions, current.actions, compareActions),
    ...compareEntries('server', 'event', old.events, current.events, compareEvents),
    ...compareEntries('server', 'error', old.errors, current.errors, compareErrors),
    ...compareFrames(listFrames(old), listFrames(current)),
    ...toDifferences('client', 'default room', changeIf(isRoomChanged, roomChange, 'other')),
  ];
}

type NamedChange = readonly [what: string, change: Change];

/** A change, where there is one. */
const changeIf = (condition: boolean, what: string, change: Change): NamedChange[] =>
  condition ? [[what, change]] : [];

const toDifferences = (
  sender: Sender,
  where: string,
  changes: readonly NamedChange[],
): Difference[] =>
  changes.map(([what, change]) => ({ where, what, ...changeImpacts[sender][change] }));

/** What came, went or changed of what the contract has by name. */
function compareEntries<T>(
  sender: Sender,
  kind: string,
  old: Readonly<Record<string, T>>,
  current: Readonly<Record<string, T>>,
  compare: (before: T, after: T) => NamedChange[],
): Difference[] {
  const isNew: NamedChange = ['is new', sender === 'client' ? 'wider' : 'added'];
  const isGone: NamedChange = ['is gone', sender === 'client' ? 'narrower' : 'removed'];
  return [...new Set([...Object.keys(old), ...Object.keys(current)])].flatMap((name) => {
    const [before, after] = [old[name], current[name]];
    const changes = before && after ? compare(before, after) : [before ? isGone : isNew];
    return toDifferences(sender, `${kind} ${name}`, changes);
  });
}

/** Each needs more than the one before. */
const accessLevels: readonly Access[] = ['anyone', 'connection', 'member'];

function compareActions(before: ContractAction, after: ContractAction): NamedChange[] {
  const step = accessLevels.indexOf(after.access) - accessLevels.indexOf(before.access);
  const access = `access was ${before.access}, is ${after.access}`;
  return [
    ...changeIf(step !== 0, access, step > 0 ? 'narrower' : 'wider'),
    ...changeIf(after.durable && !before.durable, 'is durable now', 'wider'),
    ...changeIf(before.durable && !after.durable, 'is no longer durable', 'removed'),
  ];
}

const compareEvents = (before: ContractEvent, after: ContractEvent): NamedChange[] => [
  ...changeIf(after.durable && !before.durable, 'is durable now', 'added'),
  ...changeIf(before.durable && !after.durable, 'is no longer durable', 'removed'),
];

const compareErrors = (before: ErrorPolicy, after: ErrorPolicy): NamedChange[] => [
  ...changeIf(after.retryable && !before.retryable, 'is retryable now', 'other'),
  ...changeIf(before.retryable && !after.retryable, 'is no longer retryable', 'other'),
];

/** What changed inside the frames that both contracts have. */
function compareFrames(old: readonly FrameSpec[], current: readonly FrameSpec[]): Difference[] {
  const before = new Map(old.map((frame) => [getFrameName(frame), frame]));
  return current.flatMap((frame) => {
    const name = getFrameName(frame);
    const sender = getSender(frame);
    const previous = before.get(name);
    if (!previous) return [];
    return compareSchemas(
      toComparableSchema(previous),
      toComparableSchema(frame),
      sender === 'server',
    ).flatMap(({ at, what, change }) =>
      toDifferences(sender, at === '' ? name : `${name}, ${at}`, [[what, change]]),
    );
  });
}

/** The codes of errors are compared by their table: a client takes one it does not know. */
function toComparableSchema({ kind, schema }: FrameSpec): Schema {
  const { code, ...properties } = schema.properties ?? {};
  return kind === 'error' && code ? { ...schema, properties: { ...properties, code: {} } } : schema;
}
