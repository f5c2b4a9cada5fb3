import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { currentContract } from '../../src/build/contract/current.ts';
import type { ContractSource } from '../../src/build/contract/frames.ts';
import { formatReport } from '../../src/build/contract/report.ts';

/** The contract without one event, which breaks old clients. */
const { left, ...events } = currentContract.events;
const broken: ContractSource = { ...currentContract, events };

describe('formatReport', () => {
  it('says for each difference what keeps working, and why', () => {
    expect(formatReport(broken, currentContract, 'v1')).toEqual({
      failed: false,
      text: `event left: is new
  old clients keep working: they ignore it
  old servers keep working: if new clients work without it

Differences since v1: 1, breaking: 0.`,
    });
  });

  it('fails on a breaking change', () => {
    expect(formatReport(currentContract, broken, 'v1')).toEqual({
      failed: true,
      text: `event left: was removed
  old clients BREAK: they may wait for it forever
  old servers keep working: new clients ignore it

Differences since v1: 1, breaking: 1.
Revert the breaking changes, or raise the protocol version kaiwa.v1 in schemas/fields.ts.`,
    });
  });

  it.each([
    ['kaiwa.v1', 'kaiwa.v2', false],
    ['kaiwa.v9', 'kaiwa.v10', false],
    ['kaiwa.v1', 'kaiwa.v1', true],
    ['kaiwa.v10', 'kaiwa.v9', true],
    ['kaiwa.v1', 'kaiwa', true],
  ])('compares the breaking versions %s and %s, and fails: %p', (subprotocol, name, failed) => {
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
  const checkContract = (...args: string[]) =>
    run(process.execPath, join(folder, 'src/build/contract/check.ts'), ...args);

  /** Returns the report about a revision that git does not know. */
  const unknownRevision = (revision: string) =>
    `Git does not know the revision ${revision}. Give a commit of this repository, or fetch more of its history.`;

  /** The limit of a message's text, which no other field has. */
  const limit = 'maxLength: 4096';

  beforeAll(() => {
    for (const part of ['schemas', 'src/build', 'src/server/lib'])
      cpSync(part, join(folder, part), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    git('init', '-q');
    commit('whole');
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  afterEach(() => git('reset', '-q', '--hard', 'whole'));

  it('finds no difference to its own commit', () => {
    expect(checkContract('whole')).toEqual({
      status: 0,
      lines: ['Differences since whole: 0, breaking: 0.'],
    });
  });

  it('passes on the first commit, which has no predecessor', () => {
    expect(checkContract()).toEqual({
      status: 0,
      lines: [unknownRevision('HEAD~1')],
    });
  });

  it('compares with the previous commit by default', () => {
    edit('schemas/fields.ts', limit, 'maxLength: 4000');
    commit('narrower');
    const { status, lines } = checkContract();
    expect(status).toBe(1);
    expect(lines).toContain('sendmessage.request, message: maxLength was 4096, is 4000');
    expect(lines.at(-2)).toMatch(/^Differences since HEAD~1: /);
  });

  it('compares uncommitted changes too', () => {
    edit('schemas/fields.ts', limit, 'maxLength: 4000');
    expect(checkContract('HEAD').status).toBe(1);
  });

  it('passes on a breaking change if the protocol version was raised', () => {
    edit('schemas/fields.ts', limit, 'maxLength: 4000');
    edit('schemas/fields.ts', 'kaiwa.v1', 'kaiwa.v2');
    const { status, lines } = checkContract('HEAD');
    expect(status).toBe(0);
    expect(lines.at(-1)).toBe('Breaking changes are allowed: kaiwa.v1 was raised to kaiwa.v2.');
  });

  it('fails on a revision that git does not know', () => {
    expect(checkContract('--nowhere')).toEqual({
      status: 2,
      lines: [unknownRevision('--nowhere')],
    });
  });

  it('says which part of the contract an old revision lacks', () => {
    writeFileSync(join(folder, 'schemas/index.ts'), 'export const actions = {};');
    commit('bare');
    run('git', 'rm', '-rq', 'schemas');
    commit('empty');
    git('reset', '-q', '--hard', 'whole');
    expect(checkContract('bare')).toEqual({
      status: 2,
      lines: [
        'Revision bare has no contract to compare with: its schemas/index.ts does not export events.',
      ],
    });
    expect(checkContract('empty')).toEqual({
      status: 2,
      lines: ['Revision empty has no contract to compare with: it does not contain schemas/.'],
    });
  });
});
