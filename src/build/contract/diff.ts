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
import { compareSchemas } from './schema-diff.ts';
import type { Change } from './value-diff.ts';

/** Whether an old client or server keeps working. */
export interface Compatibility {
  readonly compatible: boolean;
  /** The condition, or why it does not keep working. */
  readonly reason?: string;
}

/** One difference between two contracts. */
export interface Difference {
  /** The path to the difference, from the name of a frame or an action: `joinroom.ack, events[].edited`. */
  readonly where: string;
  readonly what: string;
  /** Whether clients of the old contract work with servers of the new contract. */
  readonly oldClients: Compatibility;
  /** Whether servers of the old contract work with clients of the new contract. */
  readonly oldServers: Compatibility;
}

const compatible = (reason?: string): Compatibility => ({
  compatible: true,
  ...(reason && { reason }),
});
const incompatible = (reason: string): Compatibility => ({ compatible: false, reason });

type ChangeImpact = Pick<Difference, 'oldClients' | 'oldServers'>;

/**
 * The impact of each change, by the side that sends the changed frame. Old clients cannot adapt. New
 * clients know both contracts, so an old server keeps working if some frame satisfies both.
 */
const changeImpacts: Readonly<Record<Sender, Readonly<Record<Change, ChangeImpact>>>> = {
  client: {
    wider: {
      oldClients: compatible(),
      oldServers: compatible('if new clients send only what they accept'),
    },
    narrower: {
      oldClients: incompatible('the server may reject what they send'),
      oldServers: compatible(),
    },
    other: {
      oldClients: incompatible('the server may reject or misread what they send'),
      oldServers: incompatible('they may reject or misread what new clients send'),
    },
    added: {
      oldClients: compatible(),
      oldServers: compatible('they ignore it'),
    },
    removed: {
      oldClients: incompatible('the server no longer does what they rely on'),
      oldServers: compatible(),
    },
  },
  server: {
    wider: {
      oldClients: incompatible('they may receive what their contract excludes'),
      oldServers: compatible(),
    },
    narrower: {
      oldClients: compatible(),
      oldServers: compatible('if new clients accept what the old contract allows'),
    },
    other: {
      oldClients: incompatible('they may receive what their contract excludes'),
      oldServers: incompatible('new clients may receive what their contract excludes'),
    },
    added: {
      oldClients: compatible('they ignore it'),
      oldServers: compatible('if new clients work without it'),
    },
    removed: {
      oldClients: incompatible('they may wait for it forever'),
      oldServers: compatible('new clients ignore it'),
    },
  },
};

/** Lists the differences between two contracts, with their impact on old clients and servers. */
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

/** Returns a change if the condition holds. */
const changeIf = (condition: boolean, what: string, change: Change): NamedChange[] =>
  condition ? [[what, change]] : [];

const toDifferences = (
  sender: Sender,
  where: string,
  changes: readonly NamedChange[],
): Difference[] =>
  changes.map(([what, change]) => ({ where, what, ...changeImpacts[sender][change] }));

/** Compares the entries that the contract lists by name: actions, events or errors. */
function compareEntries<T>(
  sender: Sender,
  kind: string,
  old: Readonly<Record<string, T>>,
  current: Readonly<Record<string, T>>,
  compare: (before: T, after: T) => NamedChange[],
): Difference[] {
  const isNew: NamedChange = ['is new', sender === 'client' ? 'wider' : 'added'];
  const isGone: NamedChange = ['was removed', sender === 'client' ? 'narrower' : 'removed'];
  return [...new Set([...Object.keys(old), ...Object.keys(current)])].flatMap((name) => {
    const before = old[name];
    const after = current[name];
    const changes = before && after ? compare(before, after) : [before ? isGone : isNew];
    return toDifferences(sender, `${kind} ${name}`, changes);
  });
}

/** The levels of access. Each level requires more than the level before it. */
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

/** Compares the schemas of the frames that both contracts have. */
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

/** Leaves out the error codes. Clients accept unknown codes, and `compareErrors` compares the known ones. */
function toComparableSchema({ kind, schema }: FrameSpec): Schema {
  const { code, ...properties } = schema.properties ?? {};
  return kind === 'error' && code ? { ...schema, properties: { ...properties, code: {} } } : schema;
}
