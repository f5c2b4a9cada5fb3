import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * `npm run test:schedules -- [NAME] [COUNT] [FROM]` runs random schedules of concurrent calls. NAME is a
 * test file of this folder, or `.` for all. COUNT is 2,000 by default, from seed FROM on, 0 by default.
 */
const [name = '.', count = '2000', from = '0'] = process.argv.slice(2);
const jest = spawn(
  process.execPath,
  ['node_modules/jest/bin/jest.js', '--testPathPatterns', `test/schedules/.*${name}`],
  { stdio: 'inherit', env: { ...process.env, SCHEDULES: count, FROM: from } },
);
[process.exitCode] = await once(jest, 'exit');
