import type { Units } from '../../src/build/docs/data.ts';
import { assumed, configured } from './assumptions.ts';
import type { Measured } from './figures.ts';
import type { Design, Habits } from './model.ts';
import { getDeliveryMs, getRoomReadUnits } from './room-limits.ts';

/** Room size of the figures in `docs/data/costs.json`. */
const costsRoomSize = 20;

/** A kind of request in a user's day. */
interface RequestKind {
  /** Requests per day. */
  readonly count: number;
  readonly units: Units;
  /** Deliveries per request. */
  readonly deliveries: number;
  /** Whether API Gateway bills a message for it. `$connect` and `$disconnect` are free. */
  readonly isFrame: boolean;
}

type UnitLookup = (id: string) => Units;

/** Returns the number of chunks that a broadcast enqueues. */
const countChunks = (deliveries: number) =>
  deliveries > configured.threshold ? Math.ceil(deliveries / configured.threshold) : 0;

/** Creates Kaiwa's design. A user's cost depends only on the members of the user's rooms. */
export function createKaiwaDesign(measured: Measured, unitsOf: UnitLookup): Design {
  const { post, own } = measured;
  const ownMs = own.ours / assumed.cores;
  const getBilledMs = ({ units, deliveries }: RequestKind) => {
    const callsMs = ownMs + (units.read + units.write) * assumed.tableMs;
    const chunks = countChunks(deliveries);
    if (chunks === 0) return callsMs + getDeliveryMs(deliveries, post.ours);
    return callsMs + assumed.invokeMs + chunks * getDeliveryMs(deliveries / chunks, post.ours);
  };
  return (habits, users) => {
    const kinds = createRequestKinds(habits, unitsOf);
    const sum = (of: (kind: RequestKind) => number) =>
      users * kinds.reduce((total, kind) => total + kind.count * of(kind), 0);
    const frames = sum(({ isFrame }) => (isFrame ? 1 : 0));
    const invocations = sum(({ deliveries }) => 1 + countChunks(deliveries));
    const rowBytes = configured.retentionDays * assumed.logRowBytes + assumed.claimBytes;
    return {
      requests: frames,
      replies: frames,
      connects: users * (habits.sessions + habits.reconnects),
      deliveries: sum(({ deliveries }) => deliveries),
      reads: sum(({ units }) => units.read),
      writes: sum(({ units }) => units.write),
      invocations,
      loggedBytes: invocations * (assumed.logBytes + configured.lineBytes),
      billedMs: sum(getBilledMs),
      storedBytes: users * (habits.messages + habits.amendments) * rowBytes,
    };
  };
}

/** Returns the requests of a user's day. */
function createRequestKinds(habits: Habits, unitsOf: UnitLookup): RequestKind[] {
  const { roomSize, sessions, reconnects } = habits;
  // A broadcast reads all members once.
  const additionalReads = getRoomReadUnits(roomSize) - getRoomReadUnits(costsRoomSize);
  const broadcast = (count: number, action: string): RequestKind => {
    const { read, write } = unitsOf(action);
    const units = { read: read + additionalReads, write };
    return { count, units, deliveries: roomSize - 1, isFrame: true };
  };
  const request = (count: number, action: string): RequestKind => ({
    count,
    units: unitsOf(action),
    deliveries: 0,
    isFrame: true,
  });
  return [
    broadcast(habits.messages, 'sendmessage'),
    broadcast(habits.typings, 'typing'),
    broadcast(habits.reads, 'markread'),
    broadcast(habits.amendments, 'react'),
    request(habits.pages, 'history'),
    request(habits.pings, 'ping'),
    { ...request(sessions + reconnects, 'connect'), isFrame: false },
    ...createJoins(habits, unitsOf),
    ...createDisconnects(habits, unitsOf),
  ];
}

const isPresenceAnnounced = ({ roomSize }: Habits) => roomSize <= configured.presenceLimit;

/** Returns the joins of all rooms. Only those of a new session are announced. */
function createJoins(habits: Habits, unitsOf: UnitLookup): RequestKind[] {
  const { roomSize, rooms, sessions, reconnects } = habits;
  // A join recovers missed events. A member's join reads the same rows, and two more.
  const recoveryReads = unitsOf('joinroomAsMember').read - 2;
  const { read, write } = unitsOf('joinroom');
  const units = { read: read + recoveryReads, write };
  const deliveries = isPresenceAnnounced(habits) ? roomSize - 1 : 0;
  return [
    { count: sessions * rooms, units, deliveries, isFrame: true },
    { count: reconnects * rooms, units, deliveries: 0, isFrame: true },
  ];
}

/** Returns the ends of all connections. Only the end of a session is announced. */
function createDisconnects(habits: Habits, unitsOf: UnitLookup): RequestKind[] {
  const { roomSize, rooms, sessions, reconnects } = habits;
  const isAnnounced = isPresenceAnnounced(habits);
  const { read, write } = unitsOf('disconnect');
  const units = { read: read + rooms, write: write + rooms };
  // Each announcement is verified by one more read.
  const membersReads = rooms * (isAnnounced ? getRoomReadUnits(roomSize) + 1 : 1);
  return [
    {
      count: sessions,
      units: { read: units.read + membersReads, write: units.write },
      deliveries: isAnnounced ? rooms * (roomSize - 1) : 0,
      isFrame: false,
    },
    { count: reconnects, units, deliveries: 0, isFrame: false },
  ];
}
