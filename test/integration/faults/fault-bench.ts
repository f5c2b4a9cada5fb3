import { randomUUID } from 'node:crypto';
import { defaultRoom } from '../../../schemas/fields.ts';
import type { User } from '../../../src/server/store/members.ts';
import { openTable, type TestTable } from '../../helpers/database.ts';
import { Switchboard } from '../../helpers/fakes/fake-connections-api.ts';
import { Between } from '../../helpers/fakes/fault-proxy.ts';
import { type Frame, World, type WorldOptions } from '../../helpers/test-server.ts';
import { type Case, faultAt, hintOf, isHanging } from './engine.ts';
import { Findings, watchUnhandled } from './fault-matrix.ts';
import { Lambda } from './lambda.ts';

/** The durable requests, each about the room's first message, by its author. */
export const durable: [string, Frame][] = [
  ['a send', { action: 'sendmessage', message: 'once', replyTo: 1 }],
  ['an edit', { action: 'editmessage', seq: 1, message: 'once' }],
  ['a delete', { action: 'deletemessage', seq: 1 }],
  ['a reaction', { action: 'react', seq: 1, emoji: '👍' }],
];

/** A room with Ben in it, and somebody who may be in it as well. */
export interface Scene {
  readonly room: string;
  /** A Lambda that works. */
  readonly calm: World;
  readonly me: string;
  readonly ben: string;
  /** Somebody who is in no room but the default one, the same in all scenes. */
  readonly outsider: string;
}

/**
 * Milliseconds that a Lambda waits for one try of a call: few where the engine hangs, else so many that a
 * busy machine cuts nothing short.
 */
const timeoutMs = { hanging: 800, answering: 10_000 };

/** What a file's tests stand on: a table and a gateway that work, and what was found out on them. */
export class Ground {
  readonly table: TestTable;
  readonly switchboard: Switchboard;
  readonly findings = new Findings();
  /** The calls that a failing engine was asked for. */
  readonly operations = new Set<string>();
  /** What nobody has caught. */
  readonly unhandled = watchUnhandled();
  #scenes = 0;
  #outsider: Promise<string> | undefined;

  private constructor(table: TestTable, switchboard: Switchboard) {
    this.table = table;
    this.switchboard = switchboard;
  }

  static async open(): Promise<Ground> {
    return new Ground(await openTable(), await Switchboard.start());
  }

  async close(): Promise<void> {
    this.unhandled.stop();
    await this.switchboard.close();
    await this.table.close();
  }

  /** A Lambda whose table works, unless it is given another, and whose posts arrive. */
  calm(options: WorldOptions = {}, table = this.table): World {
    return new World(table, {
      outcome: (connectionId, frame) => {
        this.switchboard.got(connectionId).push(frame);
        return 'delivered';
      },
      ...options,
    });
  }

  /** A Lambda whose engine fails at one call, or from that call on. */
  async failing(one?: Case) {
    const between = await Between.start(this.table.engine.endpoint);
    between.fault = ({ headers }, number) => {
      this.operations.add(String(headers['x-amz-target']).replace(/^.*\./, ''));
      return one && faultAt(one, number);
    };
    const gateway = this.switchboard.url;
    const lambda = new Lambda({
      table: this.table,
      database: between.url,
      gateway,
      timeoutMs: one && isHanging(one) ? timeoutMs.hanging : timeoutMs.answering,
    });
    return { between, lambda };
  }

  /** A room in which Ben has said something. */
  async scene(joined = true): Promise<Scene> {
    this.#scenes += 1;
    const room = `room-${this.#scenes}`;
    const calm = this.calm();
    this.#outsider ??= calm.connect({ name: 'outsider' });
    const author = { userId: `ben of ${room}`, name: 'ben' };
    const [me, ben, outsider] = await Promise.all([
      enter(calm, { userId: `me of ${room}`, name: 'me' }, joined ? [room] : []),
      enter(calm, author, [room]),
      this.#outsider,
    ]);
    const said = { type: 'message', id: 'before', message: 'before' } as const;
    await calm.store.eventLog.append(room, author, said);
    return { room, calm, me, ben, outsider };
  }

  /** How often somebody hears what is said in the room next. */
  async hears({ calm, ben, room }: Scene, id: string): Promise<number> {
    this.switchboard.got(id).length = 0;
    await calm.send(ben, { action: 'sendmessage', room, message: 'after' });
    return this.switchboard.got(id).filter(({ type }) => type === 'message').length;
  }

  /** A minute later, Ben speaks in both of his rooms, and the gateway answers 410 for one who has ended. */
  async found({ room, ben }: Scene, ended: string): Promise<void> {
    const later = new World(this.table, {
      now: () => Date.now() + 60_000,
      outcome: (id) => (id === ended ? 'gone' : 'delivered'),
    });
    await later.send(ben, { action: 'sendmessage', room, message: 'anybody?' });
    await later.send(ben, { action: 'sendmessage', message: 'anybody?' });
  }
}

/** Opens a connection that is in these rooms as if it had asked for them; to ask would take twice the calls. */
async function enter({ store }: World, person: User, rooms: readonly string[]): Promise<string> {
  const lobby = new Set([defaultRoom]);
  const connectionId = `${randomUUID()}=`;
  const connection = { ...person, connectionId, connectedAt: Date.now(), rooms: lobby };
  await store.connections.add(connection);
  for (const room of rooms) await store.connections.join(connection, room);
  return connectionId;
}

/**
 * Holds the cases to having happened, but for these. Only where the engine hangs may a busy machine have cut
 * an earlier call short, and seldom.
 */
export function expectMade(cases: readonly Case[], unmade: readonly Case[]): void {
  expect(unmade.filter((one) => !isHanging(one)).map(hintOf)).toEqual([]);
  expect(unmade.length).toBeLessThan(cases.filter(isHanging).length / 4);
}

/** What a file's tests have come to, once all of them have run. */
export function conclude(ground: () => Ground): void {
  describe('all of it', () => {
    it('leaves no failure that nobody handles', () => {
      expect(ground().unhandled.seen).toEqual([]);
    });

    it('came to what the README says', () => {
      expect(ground().findings.missing()).toEqual([]);
    });
  });
}
