import type { Units } from '../../src/build/docs/data.ts';
import { subscriptionKey } from '../../src/server/store/keys.ts';
import { assumed, configured } from './assumptions.ts';
import type { Measured } from './figures.ts';
import type { Design, Habits } from './model.ts';
import { quotas } from './prices.ts';

/** The SDK's own number of sockets. */
const sdkSockets = 50;

/** Bytes of one member's row: DynamoDB counts names and values. */
const memberBytes = (() => {
  const { pk, sk } = subscriptionKey('general', 'u'.repeat(22), 'c'.repeat(16));
  const names = ['pk', 'sk', 'name', 'connectedAt', 'ttl', 'announced'].join('').length;
  return names + pk.length + sk.length + 'Aki Tanaka'.length + 8 + 6 + 1;
})();

/** What reading a room of so many connections costs: read units. */
export const getRoomReadUnits = (size: number) => Math.ceil((size * memberBytes) / 4096);

/** What one room of so many connections can take, and no more: messages a second. */
export function getRoomLimits(size: number) {
  return {
    // Each message is a request and a delivery to each of the others.
    gateway: quotas.gatewayPerSecond / size,
    counter: quotas.partitionWritesPerSecond,
    reading: quotas.partitionReadsPerSecond / getRoomReadUnits(size),
  };
}

/** What one invocation takes to deliver to so many: waiting or working, whichever is longer. */
export function getDeliveryMs(
  recipients: number,
  cpuMs: number,
  atOnce: number = configured.inFlight,
): number {
  const waiting = Math.ceil(recipients / atOnce) * assumed.postMs;
  return Math.max(waiting, (recipients * cpuMs) / assumed.cores);
}

/** A kind of request: how often a day, what it costs the table, and how many it is pushed to. */
interface RequestKind {
  readonly count: number;
  readonly units: Units;
  readonly pushed: number;
  /** Whether the gateway counts it as a message: a connect or its end is none. */
  readonly frame?: false;
}

/** Kaiwa: what a user costs depends on who is in their rooms, and on nobody else. */
export function createKaiwaDesign(measured: Measured, unitsOf: (action: string) => Units): Design {
  const { post, own } = measured;
  const ownMs = own.ours / assumed.cores;
  const countChunks = (pushed: number) =>
    pushed > configured.threshold ? Math.ceil(pushed / configured.threshold) : 0;
  const billedMs = ({ units, pushed }: RequestKind) => {
    const callsMs = ownMs + (units.read + units.write) * assumed.tableMs;
    const chunks = countChunks(pushed);
    if (chunks === 0) return callsMs + getDeliveryMs(pushed, post.ours);
    return callsMs + assumed.invokeMs + chunks * getDeliveryMs(pushed / chunks, post.ours);
  };
  return (habits, users) => {
    const kinds = createRequestKinds(habits, unitsOf);
    const sum = (of: (kind: RequestKind) => number) =>
      users * kinds.reduce((total, kind) => total + kind.count * of(kind), 0);
    const frames = sum(({ frame = true }) => (frame ? 1 : 0));
    const invocations = sum(({ pushed }) => 1 + countChunks(pushed));
    const rowBytes = configured.retentionDays * assumed.logRowBytes + assumed.claimBytes;
    return {
      requests: frames,
      replies: frames,
      connects: users * (habits.sessions + habits.reconnects),
      pushes: sum(({ pushed }) => pushed),
      reads: sum(({ units }) => units.read),
      writes: sum(({ units }) => units.write),
      invocations,
      loggedBytes: invocations * (assumed.logBytes + configured.lineBytes),
      billedMs: sum(billedMs),
      storedBytes: users * (habits.messages + habits.amendments) * rowBytes,
    };
  };
}

/** What a user's day with Kaiwa is made of. */
function createRequestKinds(habits: Habits, unitsOf: (action: string) => Units): RequestKind[] {
  const { roomSize, rooms, sessions, reconnects } = habits;
  const others = roomSize - 1;
  const announcesPresence = roomSize <= configured.presenceLimit;
  // The figures in `docs/data/costs.json` are of rooms of 20: what is pushed reads the room once.
  const more = getRoomReadUnits(roomSize) - getRoomReadUnits(20);
  const pushed = (count: number, action: string): RequestKind => {
    const { read, write } = unitsOf(action);
    return { count, units: { read: read + more, write }, pushed: others };
  };
  const answered = (count: number, action: string): RequestKind => ({
    count,
    units: unitsOf(action),
    pushed: 0,
  });
  // A newcomer also reads what was missed: all that one who is there already reads, but for two rows.
  const missed = unitsOf('joinroomAsMember').read - 2;
  const newly = unitsOf('joinroom');
  const joining = { read: newly.read + missed, write: newly.write };
  const ended = unitsOf('disconnect');
  const leaving = { read: ended.read + rooms, write: ended.write + rooms };
  return [
    pushed(habits.messages, 'sendmessage'),
    pushed(habits.typings, 'typing'),
    pushed(habits.reads, 'markread'),
    pushed(habits.amendments, 'react'),
    answered(habits.pages, 'history'),
    answered(habits.pings, 'ping'),
    { ...answered(sessions + reconnects, 'connect'), frame: false },
    { count: sessions * rooms, units: joining, pushed: announcesPresence ? others : 0 },
    { count: reconnects * rooms, units: joining, pushed: 0 },
    {
      count: sessions,
      units: {
        ...leaving,
        read: leaving.read + rooms * (announcesPresence ? getRoomReadUnits(roomSize) : 1),
      },
      pushed: announcesPresence ? rooms * others : 0,
      frame: false,
    },
    { count: reconnects, units: leaving, pushed: 0, frame: false },
  ];
}

/** How the tutorial's algorithm is put to use. */
interface TutorialLoad {
  /** Rows that its Scan reads, and their bytes. */
  readonly rows: number;
  readonly rowBytes: number;
  /** Events a day, and whom each reaches. */
  readonly events: number;
  readonly reached: number;
  /** Frames that are no events. */
  readonly idle: number;
  readonly connects: number;
  /** Rows that each connect writes, and its end removes. */
  readonly rowsEach: number;
}

/**
 * The tutorial's algorithm on today's SDK: every event reads the whole table of connections, page by
 * page, and is posted to each by the SDK's client. It stores no message and acks none.
 */
function computeTutorialWork(measured: Measured, load: TutorialLoad) {
  const { rows, rowBytes, events, reached, idle, connects, rowsEach } = load;
  const pages = Math.max(1, Math.ceil((rows * rowBytes) / 2 ** 20));
  const scanMs =
    pages * assumed.scanPageMs +
    (measured.own.tutorial + rows * measured.scannedRow) / assumed.cores;
  const ends = 2 * connects;
  const invocations = events + idle + ends;
  return {
    requests: events + idle,
    replies: 0,
    connects,
    pushes: events * reached,
    // A Scan is eventually consistent: half a unit for 4 KB.
    reads: (events * Math.max(1, Math.ceil((rows * rowBytes) / 4096))) / 2,
    writes: ends * rowsEach,
    invocations,
    loggedBytes: invocations * assumed.logBytes,
    billedMs:
      events * (scanMs + getDeliveryMs(reached, measured.post.sdk, sdkSockets)) +
      ends * rowsEach * assumed.tableMs,
    storedBytes: 0,
  };
}

/** The tutorial as written: no rooms, so every message goes to everyone who is online. */
export const createTutorialDesign =
  (measured: Measured): Design =>
  (habits, users, online) =>
    computeTutorialWork(measured, {
      rows: online,
      rowBytes: 'connectionId'.length + 16,
      events: users * habits.messages,
      reached: Math.max(0, online - 1),
      idle: users * habits.pings,
      connects: users * (habits.sessions + habits.reconnects),
      rowsEach: 1,
    });

/**
 * The tutorial's algorithm with the same deliveries as ours: a row for each connection and room, the
 * Scan of all of them with a filter, and typing, read marks and presence pushed in the same way.
 */
export const createEquivalentDesign =
  (measured: Measured): Design =>
  (habits, users, online) => {
    const { messages, typings, reads, amendments, sessions, reconnects, rooms, roomSize } = habits;
    const comings = roomSize <= configured.presenceLimit ? 2 * sessions * rooms : 0;
    return computeTutorialWork(measured, {
      rows: online * rooms,
      rowBytes: 'connectionIdroom'.length + 16 + 7,
      events: users * (messages + typings + reads + amendments + comings),
      reached: roomSize - 1,
      idle: users * habits.pings,
      connects: users * (sessions + reconnects),
      rowsEach: rooms,
    });
  };
