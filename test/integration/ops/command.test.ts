import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { type Frame, TestServer } from '../../helpers/test-server.ts';
import { createTestServer, readAllRows } from './erasure-fixture.ts';

jest.setTimeout(60_000);

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

/** The environment of an operator, with the DynamoDB of the test. */
const env = () => ({
  ...process.env,
  AWS_ENDPOINT_URL_DYNAMODB: table.sdkConfig.endpoint,
  AWS_REGION: table.sdkConfig.region,
  AWS_ACCESS_KEY_ID: table.sdkConfig.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: table.sdkConfig.credentials.secretAccessKey,
});

interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program until it exits. */
function runProcess(program: string, args: readonly string[]): Promise<Result> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { env: env() }, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
  });
}

const runScript = (...args: string[]) => runProcess('npm', ['run', '-s', ...args]);

const tableOption = (name = table.tableName) => `--table=${name}`;

describe('npm run ops:export-room', () => {
  it('prints the log to stdout, and the number of events to stderr', async () => {
    await createTestServer(table).seedMessages('tea', { userId: 'ben', name: 'Ben' }, 3);
    const { status, stdout, stderr } = await runScript(
      'ops:export-room',
      '--',
      tableOption(),
      '--room=tea',
    );
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line): Frame => JSON.parse(line));
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect([status, stderr]).toEqual([0, 'Exported all 3 events.\n']);
  });

  it('fails for a room without a log', async () => {
    const result = await runScript('ops:export-room', '--', tableOption(), '--room=nowhere');
    expect(result).toEqual({
      status: 1,
      stdout: '',
      stderr: 'The room nowhere never had an event. Check its name.\n',
    });
  });

  it('fails for a table that does not exist', async () => {
    const { status, stdout, stderr } = await runScript(
      'ops:export-room',
      '--',
      tableOption('none'),
      '--room=tea',
    );
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^The command did not complete: ResourceNotFoundException/);
  });

  it('fails if its reader closes the pipe', async () => {
    await createTestServer(table).seedMessages('long', { userId: 'ben', name: 'Ben' }, 2_000);
    const args = ['src/ops/export-room.ts', tableOption(), '--room=long'];
    const child = spawn(process.execPath, args, { env: env() });
    child.stdout.once('data', () => child.stdout.destroy());
    const [status] = await once(child, 'close');
    expect(status).toBe(1);
  });
});

describe('npm run ops:erase-user', () => {
  it('erases a user whose id looks like an option, prints the counts, and then finds nothing', async () => {
    const userId = '-x$HOME "`#';
    await createTestServer(table).seedMessages('tea', { userId, name: 'Aki' }, 2);
    const erase = () => runScript('ops:erase-user', '--', tableOption(), `--user=${userId}`);
    const first = await erase();
    expect(first.status).toBe(0);
    expect(first.stdout.split('\n')).toEqual(
      expect.arrayContaining(['events: 2', 'claims: 0', 'Nothing is left.']),
    );
    expect(JSON.stringify(await readAllRows(table))).not.toContain(JSON.stringify(userId));
    expect(await erase()).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('events: 0'),
    });
  });

  it('does not accept a key instead of a user id', async () => {
    const server = new TestServer(table);
    const key = 'the-key-of-ben-himself';
    await server.connect({ key });
    const before = await readAllRows(table);
    const { stdout } = await runScript('ops:erase-user', '--', tableOption(), `--user=${key}`);
    expect(stdout).toContain('connections: 0');
    expect(await readAllRows(table)).toEqual(before);
  });
});

describe('runCommand', () => {
  it.each([
    ['no option', []],
    ['no table', ['--room=tea', '--user=ben']],
    ['an empty name', ['--table=', '--room=', '--user=']],
    ['an unknown option', ['--table=t', '--room=tea', '--user=ben', '--force']],
    ['an extra argument', ['--table=t', '--room=tea', '--user=ben', 'ben']],
  ])('prints the usage if it gets %s', async (_name, given) => {
    for (const [name, subject] of [
      ['ops:export-room', 'room'],
      ['ops:erase-user', 'user'],
    ] as const) {
      const options = given.filter(
        (option) => !/^--(room|user)/.test(option) || option.startsWith(`--${subject}`),
      );
      const { status, stdout, stderr } = await runProcess(process.execPath, [
        `src/ops/${name.slice(4)}.ts`,
        ...options,
      ]);
      const usage = `npm run -s ${name} -- --table=TABLE --${subject}=${subject.toUpperCase()}`;
      expect([status, stdout, stderr]).toEqual([
        2,
        '',
        `The options are not valid. Usage: ${usage}\n`,
      ]);
    }
  });
});
