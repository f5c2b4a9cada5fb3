import { createEventLog } from '../../../../src/server/store/event-log.ts';
import type { NewEvent } from '../../../../src/server/store/event-rows.ts';
import { createRetention } from '../../../../src/server/store/retention.ts';
import type { Row, Table } from '../../../../src/server/store/table.ts';

const author = { userId: 'aki', name: 'Aki' };
const newEvent: NewEvent<'message'> = { type: 'message', id: 'a1', message: 'お茶' };

/** The milliseconds for which an allocated seq may be written. */
const writeWindowMs = 25_000;

/** A log in memory. Its writes of messages wait for `land`. */
class SlowLog {
  now = Date.UTC(2026, 10, 22);
  readonly #rows = new Map<string, Row>();
  readonly #started = Promise.withResolvers<void>();
  readonly #landing = Promise.withResolvers<void>();
  readonly #eventLog = createEventLog({
    table: this.#createTable(),
    retention: createRetention(() => this.now, 90),
    now: () => this.now,
  });

  /** Starts to append the event with its id, until the claim is stored and the write is in flight. */
  async startAppend() {
    const appended = this.#eventLog.append('tea', author, newEvent, newEvent.id);
    await this.#started.promise;
    return { appended };
  }

  /** Lets the write in flight arrive. */
  land(): void {
    this.#landing.resolve();
  }

  find() {
    return this.#eventLog.find('tea', author, newEvent.type, newEvent.id);
  }

  #createTable(): Table {
    const table: Pick<Table, 'get' | 'put' | 'update'> = {
      get: async ({ pk, sk }) => this.#rows.get(`${pk} ${sk}`),
      put: async (row) => {
        if (/^M\d/.test(row.sk)) {
          this.#started.resolve();
          await this.#landing.promise;
        }
        this.#rows.set(`${row.pk} ${row.sk}`, row);
        return true;
      },
      update: async (key) => ({ ...key, seq: 1, keptDays: 90 }),
    };
    return table as Table;
  }
}

describe('EventLog', () => {
  it('throws unavailable for a retry while the first attempt may still write its event', async () => {
    const log = new SlowLog();
    const { appended } = await log.startAppend();
    log.now += writeWindowMs - 1;
    await expect(log.find()).rejects.toMatchObject({ code: 'unavailable' });
    log.land();
    const event = await appended;
    expect(await log.find()).toEqual(event);
  });

  it('finds no event for a retry after the write window of the first attempt', async () => {
    const log = new SlowLog();
    const { appended } = await log.startAppend();
    log.now += writeWindowMs;
    expect(await log.find()).toBeUndefined();
    log.land();
    await appended;
  });
});
