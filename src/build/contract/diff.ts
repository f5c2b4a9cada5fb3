import type { ErrorPolicy } from '../../../schemas/errors.ts';
import type { Access } from '../../../schemas/types.ts';
import {
  type Declared,
  type DeclaredAction,
  type DeclaredEvent,
  type Frame,
  framesOf,
  nameOf,
  type Schema,
  type Writer,
  writerOf,
} from './frames.ts';
import { type Change, schemaChanges } from './schema-diff.ts';

/** Whether somebody old gets on with somebody new, and on which condition or why not. */
export interface Verdict {
  readonly survives: boolean;
  readonly because?: string;
}

/** One difference between two contracts. */
export interface Difference {
  /** What is different, by the name of its frame or its action: `joinroom.ack, events[].edited`. */
  readonly where: string;
  readonly what: string;
  /** How clients of the old contract fare with servers of the new one. */
  readonly oldClients: Verdict;
  /** How servers of the old contract fare with clients of the new one. */
  readonly oldServers: Verdict;
}

const survive = (because?: string): Verdict => ({ survives: true, ...(because && { because }) });
const breaks = (because: string): Verdict => ({ survives: false, because });

type Verdicts = Pick<Difference, 'oldClients' | 'oldServers'>;

/**
 * Who survives what, by who writes it. Old clients must survive without doing anything. New clients
 * know both contracts: old servers survive where there is a frame that pleases both.
 */
const verdicts: Readonly<Record<Writer, Readonly<Record<Change, Verdicts>>>> = {
  client: {
    wider: {
      oldClients: survive(),
      oldServers: survive('if new clients spare them what they would refuse'),
    },
    narrower: {
      oldClients: breaks('what they send may be refused now'),
      oldServers: survive(),
    },
    other: {
      oldClients: breaks('what they send may be refused now, or mean something else'),
      oldServers: breaks('what new clients send may be refused, or mean something else'),
    },
    added: {
      oldClients: survive(),
      oldServers: survive('they leave it alone'),
    },
    removed: {
      oldClients: breaks('what they count on is no longer done'),
      oldServers: survive(),
    },
  },
  server: {
    wider: {
      oldClients: breaks('they may receive what they were told would never come'),
      oldServers: survive(),
    },
    narrower: {
      oldClients: survive(),
      oldServers: survive('if new clients still take what the old contract allows'),
    },
    other: {
      oldClients: breaks('they may receive what they were told would never come'),
      oldServers: breaks('new clients may receive what they were told would never come'),
    },
    added: {
      oldClients: survive('they leave it alone'),
      oldServers: survive('if new clients do without it'),
    },
    removed: {
      oldClients: breaks('they may wait for it in vain'),
      oldServers: survive('new clients leave it alone'),
    },
  },
};

/** Tells every difference between two contracts, and who survives it. */
export function compareContracts(old: Declared, now: Declared): Difference[] {
  const room = `was ${old.defaultRoom}, is ${now.defaultRoom}`;
  const isElsewhere = old.defaultRoom !== now.defaultRoom;
  return [
    ...entryDifferences('client', 'action', old.actions, now.actions, actionChanges),
    ...entryDifferences('server', 'event', old.events, now.events, eventChanges),
    ...entryDifferences('server', 'error', old.errors, now.errors, errorChanges),
    ...frameDifferences(framesOf(old), framesOf(now)),
    ...differences('client', 'default room', told(isElsewhere, room, 'other')),
  ];
}

type Told = readonly [what: string, change: Change];

/** A change, where there is one. */
const told = (is: boolean, what: string, change: Change): Told[] => (is ? [[what, change]] : []);

const differences = (writer: Writer, where: string, changes: readonly Told[]): Difference[] =>
  changes.map(([what, change]) => ({ where, what, ...verdicts[writer][change] }));

/** What came, went or changed of what the contract has by name. */
function entryDifferences<T>(
  writer: Writer,
  kind: string,
  old: Readonly<Record<string, T>>,
  now: Readonly<Record<string, T>>,
  changesOf: (before: T, after: T) => Told[],
): Difference[] {
  const isNew: Told = ['is new', writer === 'client' ? 'wider' : 'added'];
  const isGone: Told = ['is gone', writer === 'client' ? 'narrower' : 'removed'];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((name) => {
    const [before, after] = [old[name], now[name]];
    const changes = before && after ? changesOf(before, after) : [before ? isGone : isNew];
    return differences(writer, `${kind} ${name}`, changes);
  });
}

/** Each needs more than the one before. */
const accesses: readonly Access[] = ['anyone', 'connection', 'member'];

function actionChanges(before: DeclaredAction, after: DeclaredAction): Told[] {
  const step = accesses.indexOf(after.access) - accesses.indexOf(before.access);
  const access = `access was ${before.access}, is ${after.access}`;
  return [
    ...told(step !== 0, access, step > 0 ? 'narrower' : 'wider'),
    ...told(after.durable && !before.durable, 'is durable now', 'wider'),
    ...told(before.durable && !after.durable, 'is no longer durable', 'removed'),
  ];
}

const eventChanges = (before: DeclaredEvent, after: DeclaredEvent): Told[] => [
  ...told(after.durable && !before.durable, 'is durable now', 'added'),
  ...told(before.durable && !after.durable, 'is no longer durable', 'removed'),
];

const errorChanges = (before: ErrorPolicy, after: ErrorPolicy): Told[] => [
  ...told(after.retryable && !before.retryable, 'is retryable now', 'other'),
  ...told(before.retryable && !after.retryable, 'is no longer retryable', 'other'),
];

/** What changed inside the frames that both contracts have. */
function frameDifferences(old: readonly Frame[], now: readonly Frame[]): Difference[] {
  const before = new Map(old.map((frame) => [nameOf(frame), frame]));
  return now.flatMap((frame) => {
    const name = nameOf(frame);
    const writer = writerOf(frame);
    const past = before.get(name);
    if (!past) return [];
    return schemaChanges(comparable(past), comparable(frame), writer === 'server').flatMap(
      ({ at, what, change }) =>
        differences(writer, at === '' ? name : `${name}, ${at}`, [[what, change]]),
    );
  });
}

/** The codes of errors are compared by their table: a client takes one it does not know. */
function comparable({ kind, schema }: Frame): Schema {
  const { code, ...properties } = schema.properties ?? {};
  return kind === 'error' && code ? { ...schema, properties: { ...properties, code: {} } } : schema;
}
