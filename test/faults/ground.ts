import { openTable, type TestTable } from '../support/database.ts';
import { World, type WorldOptions } from '../support/world.ts';
import { Between } from './between.ts';
import { type Case, faultAt } from './engine.ts';
import { Findings, watchUnhandled } from './findings.ts';
import { Lambda } from './lambda.ts';
import { Switchboard } from './switchboard.ts';

/** A room with Ben in it, and somebody who may be in it as well. */
export interface Scene {
  readonly room: string;
  /** A Lambda that works. */
  readonly calm: World;
  readonly me: string;
  readonly ben: string;
  /** Somebody who is in no room but the default one. */
  readonly outsider: string;
}

/** So long a Lambda waits for an engine that hangs. */
const timeoutMs = 800;

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
    const lambda = new Lambda({ table: this.table, database: between.url, gateway, timeoutMs });
    return { between, lambda };
  }

  /** A room in which Ben has said something. */
  async scene(joined = true): Promise<Scene> {
    this.#scenes += 1;
    const room = `room-${this.#scenes}`;
    const calm = this.calm();
    const names = ['me', 'ben', 'outsider'];
    const [me = '', ben = '', outsider = ''] = await Promise.all(
      names.map((name) => calm.connect({ name })),
    );
    await calm.send(ben, { action: 'joinroom', room });
    if (joined) await calm.send(me, { action: 'joinroom', room });
    await calm.send(ben, { action: 'sendmessage', room, message: 'before', id: 'before' });
    for (const id of [me, ben]) this.switchboard.got(id).length = 0;
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
      clock: () => Date.now() + 60_000,
      outcome: (id) => (id === ended ? 'gone' : 'delivered'),
    });
    await later.send(ben, { action: 'sendmessage', room, message: 'anybody?' });
    await later.send(ben, { action: 'sendmessage', message: 'anybody?' });
  }
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
