import { assumed, configured } from './assumptions.ts';
import type { Measured } from './figures.ts';
import type { Design, Work } from './model.ts';
import { getDeliveryMs } from './room-limits.ts';

/** Default number of sockets of the SDK. */
const sdkSockets = 50;

/** A day's load of the tutorial's algorithm. */
interface TutorialLoad {
  /** Rows that a Scan reads, and bytes of each. */
  readonly rows: number;
  readonly rowBytes: number;
  /** Events per day, and recipients of each. */
  readonly events: number;
  readonly recipients: number;
  /** Frames that cause no event. */
  readonly otherFrames: number;
  readonly connects: number;
  /** Rows that each connect writes and each disconnect deletes. */
  readonly rowsPerConnection: number;
}

/**
 * Computes the work of the tutorial's algorithm on today's SDK.
 * Each event scans the whole table of connections, and the SDK client posts it to each recipient.
 * The algorithm stores no messages and sends no acks.
 */
function computeTutorialWork(measured: Measured, load: TutorialLoad): Work {
  const { rows, rowBytes, events, recipients, otherFrames, connects, rowsPerConnection } = load;
  const pages = Math.max(1, Math.ceil((rows * rowBytes) / 2 ** 20));
  const scanMs =
    pages * assumed.scanPageMs +
    (measured.own.tutorial + rows * measured.scannedRow) / assumed.cores;
  const connectsAndDisconnects = 2 * connects;
  const invocations = events + otherFrames + connectsAndDisconnects;
  return {
    requests: events + otherFrames,
    replies: 0,
    connects,
    deliveries: events * recipients,
    // A Scan is eventually consistent: 4 KB take half a unit.
    reads: (events * Math.max(1, Math.ceil((rows * rowBytes) / 4096))) / 2,
    writes: connectsAndDisconnects * rowsPerConnection,
    invocations,
    loggedBytes: invocations * assumed.logBytes,
    billedMs:
      events * (scanMs + getDeliveryMs(recipients, measured.post.sdk, sdkSockets)) +
      connectsAndDisconnects * rowsPerConnection * assumed.tableMs,
    storedBytes: 0,
  };
}

/** Creates the tutorial's design as written. Without rooms, each message goes to all connections. */
export const createTutorialDesign =
  (measured: Measured): Design =>
  (habits, users, online) =>
    computeTutorialWork(measured, {
      rows: online,
      rowBytes: 'connectionId'.length + 16,
      events: users * habits.messages,
      recipients: Math.max(0, online - 1),
      otherFrames: users * habits.pings,
      connects: users * (habits.sessions + habits.reconnects),
      rowsPerConnection: 1,
    });

/**
 * Creates the tutorial's design with the deliveries of Kaiwa.
 * It stores a row for each connection and room, and scans all of them with a filter.
 * It delivers typing events, read markers and presence in the same way.
 */
export const createEquivalentDesign =
  (measured: Measured): Design =>
  (habits, users, online) => {
    const { messages, typings, reads, amendments, sessions, reconnects, rooms, roomSize } = habits;
    const presenceEvents = roomSize <= configured.presenceLimit ? 2 * sessions * rooms : 0;
    return computeTutorialWork(measured, {
      rows: online * rooms,
      rowBytes: 'connectionIdroom'.length + 16 + 7,
      events: users * (messages + typings + reads + amendments + presenceEvents),
      recipients: roomSize - 1,
      otherFrames: users * habits.pings,
      connects: users * (sessions + reconnects),
      rowsPerConnection: rooms,
    });
  };
