import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { currentContract } from '../../src/build/contract/current.ts';
import type { ContractSource } from '../../src/build/contract/frames.ts';
import { formatReport } from '../../src/build/contract/report.ts';

/** The contract with an event less, which breaks old clients. */
const { left, ...events } = currentContract.events;
const broken: ContractSource = { ...currentContract, events };

describe('the report', () => {
  it('says for each difference who survives it, and why', () => {
    expect(formatReport(broken, currentContract, 'v1')).toEqual({
      failed: false,
      text: `event left: is new
  old clients survive: they leave it alone
  old servers survive: if new clients do without it

Differences since v1: 1, breaking: 0.`,
    });
  });

  it('fails where something breaks', () => {
    expect(formatReport(currentContract, broken, 'v1')).toEqual({
      failed: true,
      text: `event left: is gone
  old clients BREAK: they may wait for it in vain
  old servers survive: new clients leave it alone

Differences since v1: 1, breaking: 1.
Take them back, or raise the version of the wire: kaiwa.v1, in schemas/fields.ts.`,
    });
  });

  it.each([
    ['kaiwa.v1', 'kaiwa.v2', false],
    ['kaiwa.v9', 'kaiwa.v10', false],
    ['kaiwa.v1', 'kaiwa.v1', true],
    ['kaiwa.v10', 'kaiwa.v9', true],
    ['kaiwa.v1', 'kaiwa', true],
  ])('of what breaks %s under the name of %s fails: %p', (subprotocol, name, failed) => {
    const old = { ...currentContract, subprotocol };
    expect(formatReport(old, { ...broken, subprotocol: name }, 'v1').failed).toBe(failed);
  });
});

describe('npm run check:contract', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kaiwa-compatible-'));
  const env = {
    PATH: process.env['PATH'],
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const run = (command: string, ...args: string[]) => {
    const { status, stdout } = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' });
    return { status, lines: stdout.trim().split('\n') };
  };
  const git = (...args: string[]) =>
    expect(run('git', '-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args).status).toBe(
      0,
    );
  const commit = (tag: string) => {
    git('add', '.');
    git('commit', '-q', '-m', tag);
    git('tag', tag);
  };
  const edit = (file: string, from: string, to: string) => {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
  };
  const compatible = (...args: string[]) =>
    run(process.execPath, join(folder, 'src/build/contract/check.ts'), ...args);

  /** Fits no other line of the fields: the most characters of a message's text. */
  const limit = 'maxLength: 4096';

  beforeAll(() => {
    for (const part of ['schemas', 'src/build'])
      cpSync(part, join(folder, part), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    git('init', '-q');
    commit('whole');
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  afterEach(() => git('reset', '-q', '--hard', 'whole'));

  it('finds no difference to what it was made of', () => {
    expect(compatible('whole')).toEqual({
      status: 0,
      lines: ['Differences since whole: 0, breaking: 0.'],
    });
  });

  it('has nothing to say of a first commit, which has none before it', () => {
    expect(compatible()).toEqual({
      status: 0,
      lines: ['Nothing to compare the contract with: git knows no HEAD~1 here.'],
    });
  });

  it('compares with the last commit but one where nothing is said', () => {
    edit('schemas/fields.ts', limit, 'maxLength: 4000');
    commit('narrower');
    const { status, lines } = compatible();
    expect(status).toBe(1);
    expect(lines).toContain('sendmessage.request, message: maxLength was 4096, is 4000');
    expect(lines.at(-2)).toMatch(/^Differences since HEAD~1: /);
  });

  it('compares what is not committed too', () => {
    edit('schemas/fields.ts', limit, 'maxLength: 4000');
    expect(compatible('HEAD').status).toBe(1);
  });

  it('lets a raised version of the wire break what it will', () => {
    edit('schemas/fields.ts', limit, 'maxLength: 4000');
    edit('schemas/fields.ts', 'kaiwa.v1', 'kaiwa.v2');
    const { status, lines } = compatible('HEAD');
    expect(status).toBe(0);
    expect(lines.at(-1)).toBe('They may: kaiwa.v1 was raised to kaiwa.v2.');
  });

  it('fails where it is to compare with what git does not know', () => {
    expect(compatible('--nowhere')).toEqual({
      status: 2,
      lines: ['Nothing to compare the contract with: git knows no --nowhere here.'],
    });
  });

  it('says plainly what an old revision lacks', () => {
    writeFileSync(join(folder, 'schemas/index.ts'), 'export const actions = {};');
    commit('bare');
    run('git', 'rm', '-rq', 'schemas');
    commit('empty');
    git('reset', '-q', '--hard', 'whole');
    expect(compatible('bare')).toEqual({
      status: 2,
      lines: ['bare has no contract to compare with: its schemas/index.ts exports no events'],
    });
    expect(compatible('empty')).toEqual({
      status: 2,
      lines: ['empty has no contract to compare with: it has no schemas'],
    });
  });
});
