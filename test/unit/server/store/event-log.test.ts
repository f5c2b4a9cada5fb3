import type { ErrorCode } from '../../../../schemas/errors.ts';
import { createEventLog } from '../../../../src/server/store/event-log.ts';
import type { NewEvent } from '../../../../src/server/store/event-rows.ts';
import { createRetention } from '../../../../src/server/store/retention.ts';
import type { Row, Table } from '../../../../src/server/store/table.ts';

const author = { userId: 'aki', name: 'Aki' };
const newEvent: NewEvent<'message'> = { type: 'message', id: 'a1', message: 'お茶' };

/** The milliseconds for which an allocated seq may be written. */
const writeWindowMs = 25_000;

/** A log in memory. Its first write of a message waits for `land`, and a test sets its rejection. */
class SlowLog {
  now = Date.UTC(2026, 10, 22);
  rejection: ErrorCode | undefined;
  /** The seqs that the log has allocated. */
  seqs = 0;
  readonly rows = new Map<string, Row>();
  readonly #started = Promise.withResolvers<void>();
  readonly #landing = Promise.withResolvers<void>();
  readonly #eventLog = createEventLog({
    table: this.#createTable(),
    retention: createRetention(() => this.now, 90),
    now: () => this.now,
  });

  /** Starts to append the event with its id, until the claim is stored and the write is in flight. */
  async startAppend() {
    const appended = this.append();
    await this.#started.promise;
    return { appended };
  }

  /** Lets the write in flight arrive. */
  land(): void {
    this.#landing.resolve();
  }

  append(options: { id?: string | undefined } = { id: newEvent.id }) {
    const check = async () => this.rejection;
    return this.#eventLog.append('tea', author, newEvent, { ...options, check });
  }

  #createTable(): Table {
    const table: Pick<Table, 'get' | 'put' | 'update'> = {
      get: async ({ pk, sk }) => this.rows.get(`${pk} ${sk}`),
      put: async (row) => {
        if (/^M\d/.test(row.sk) && !('sealed' in row)) {
          this.#started.resolve();
          await this.#landing.promise;
        }
        const key = `${row.pk} ${row.sk}`;
        if (this.rows.has(key)) return false;
        this.rows.set(key, row);
        return true;
      },
      update: async (key) => {
        this.seqs += 1;
        return { ...key, seq: this.seqs, keptDays: 90 };
      },
    };
    return table as Table;
  }
}

describe('EventLog.append', () => {
  it.each(['a1', undefined])('takes no seq for a rejected request with the id %s', async (id) => {
    const log = new SlowLog();
    log.rejection = 'forbidden';
    await expect(log.append({ id })).rejects.toMatchObject({ code: 'forbidden' });
    expect(log.seqs).toBe(0);
    expect(log.rows.size).toBe(0);
  });

  it('returns the stored event to a retry that would now be rejected', async () => {
    const log = new SlowLog();
    const { appended } = await log.startAppend();
    log.land();
    const event = await appended;
    log.rejection = 'not_found';
    expect(await log.append()).toEqual(event);
  });

  it.each([0, writeWindowMs - 1, writeWindowMs])(
    'rejects all attempts once a retry is rejected, %d ms after the first took its seq',
    async (ms) => {
      const log = new SlowLog();
      const { appended } = await log.startAppend();
      log.now += ms;
      log.rejection = 'not_found';
      await expect(log.append()).rejects.toMatchObject({ code: 'not_found' });
      log.land();
      const code = ms < writeWindowMs ? 'not_found' : 'unavailable';
      await expect(appended).rejects.toMatchObject({ code });
      await expect(log.append()).rejects.toMatchObject({ code: 'not_found' });
    },
  );
});
