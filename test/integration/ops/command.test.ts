import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openTable, type TestTable } from '../../helpers/database.ts';
import { type Frame, World } from '../../helpers/test-server.ts';
import { rowsIn, worldOf } from './erasure-fixture.ts';

jest.setTimeout(60_000);

let table: TestTable;

beforeAll(async () => {
  table = await openTable();
});
afterAll(() => table.close());

/** The environment of an operator whose DynamoDB is the test's. */
const env = () => ({
  ...process.env,
  AWS_ENDPOINT_URL_DYNAMODB: table.engine.endpoint,
  AWS_REGION: table.engine.region,
  AWS_ACCESS_KEY_ID: table.engine.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: table.engine.credentials.secretAccessKey,
});

interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
function ran(program: string, args: readonly string[]): Promise<Result> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { env: env() }, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
  });
}

const typed = (...args: string[]) => ran('npm', ['run', '-s', ...args]);

const ofTable = (name = table.tableName) => `--table=${name}`;

describe('npm run export', () => {
  it('prints the log alone, and tells how much that was beside it', async () => {
    await worldOf(table).fill('tea', { userId: 'ben', name: 'Ben' }, 3);
    const { status, stdout, stderr } = await typed('export', '--', ofTable(), '--room=tea');
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line): Frame => JSON.parse(line));
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect([status, stderr]).toEqual([0, 'Events: 3, which is all.\n']);
  });

  it('says of a room that it has no log', async () => {
    const said = await typed('export', '--', ofTable(), '--room=nowhere');
    expect(said).toEqual({ status: 1, stdout: '', stderr: 'No event was ever in nowhere.\n' });
  });

  it('says of a table that there is none', async () => {
    const { status, stdout, stderr } = await typed('export', '--', ofTable('none'), '--room=tea');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('ResourceNotFoundException');
  });

  it('fails where the reader goes away in between', async () => {
    await worldOf(table).fill('long', { userId: 'ben', name: 'Ben' }, 2_000);
    const args = ['src/ops/export-room.ts', ofTable(), '--room=long'];
    const child = spawn(process.execPath, args, { env: env() });
    child.stdout.once('data', () => child.stdout.destroy());
    const [status] = await once(child, 'close');
    expect(status).toBe(1);
  });
});

describe('npm run erase', () => {
  it('erases a person whose id looks like an option, prints how much, and again finds nothing', async () => {
    const userId = '-x$HOME "`#';
    await worldOf(table).fill('tea', { userId, name: 'Aki' }, 2);
    const erase = () => typed('erase', '--', ofTable(), `--user=${userId}`);
    const first = await erase();
    expect(first.status).toBe(0);
    expect(first.stdout.split('\n')).toEqual(
      expect.arrayContaining(['events: 2', 'claims: 0', 'Nothing is left.']),
    );
    expect(JSON.stringify(await rowsIn(table))).not.toContain(JSON.stringify(userId));
    expect(await erase()).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('events: 0'),
    });
  });

  it('takes a key of the person’s for nobody', async () => {
    const world = new World(table);
    const key = 'the-key-of-ben-himself';
    await world.connect({ key });
    const before = await rowsIn(table);
    const { stdout } = await typed('erase', '--', ofTable(), `--user=${key}`);
    expect(stdout).toContain('connections: 0');
    expect(await rowsIn(table)).toEqual(before);
  });
});

describe('either command', () => {
  it.each([
    ['nothing', []],
    ['no table', ['--room=tea', '--user=ben']],
    ['an empty name', ['--table=', '--room=', '--user=']],
    ['an option that is none', ['--table=t', '--room=tea', '--user=ben', '--force']],
    ['a word too many', ['--table=t', '--room=tea', '--user=ben', 'ben']],
  ])('does nothing where it is given %s, and says how it is used', async (_name, given) => {
    for (const [name, subject, file] of [
      ['export', 'room', 'export-room'],
      ['erase', 'user', 'erase-user'],
    ] as const) {
      const own = given.filter(
        (one) => !/^--(room|user)/.test(one) || one.startsWith(`--${subject}`),
      );
      const { status, stdout, stderr } = await ran(process.execPath, [
        `src/ops/${file}.ts`,
        ...own,
      ]);
      const usage = `npm run -s ${name} -- --table=TABLE --${subject}=${subject.toUpperCase()}\n`;
      expect([status, stdout, stderr]).toEqual([2, '', usage]);
    }
  });
});
