import type { Designs } from './cost-tables.ts';
import { type FanOutResults, getMinQuotaMs } from './fan-out-tables.ts';
import type { Growth } from './figures.ts';
import { computeBill, type Design, getMaxUsers, getTotalUsd } from './model.ts';
import type { Chart } from './plots.ts';
import { busy } from './scenarios.ts';

/** CPU of one message, by how many it is delivered to. */
export const recipientsChart = ({ byRecipients }: Growth): Chart => ({
  title: 'CPU of one message, by recipients',
  description:
    "Milliseconds of CPU by recipients, 10 to 10,000, both axes logarithmic. Both lines are nearly straight, and ours is below the tutorial's.",
  x: { label: 'recipients', scale: 'log' },
  y: { label: 'ms of CPU', scale: 'log' },
  series: [
    { name: 'Kaiwa', points: byRecipients.kaiwa },
    { name: 'the tutorial', points: byRecipients.tutorial },
  ],
});

/** CPU of one message to a room of 20, by what else is in the table. */
export const connectionsChart = ({ byConnections }: Growth): Chart => ({
  title: 'CPU of one message to a room of 20, by connections in the table',
  description:
    "Milliseconds of CPU by connections in the table, 20 to 100,000, both axes logarithmic. Ours is level. The tutorial's grows with the table as written, since it posts to all of them; with rooms by a filter it grows when the table has many pages.",
  x: { label: 'connections in the table', scale: 'log' },
  y: { label: 'ms of CPU', scale: 'log' },
  series: [
    { name: 'Kaiwa', points: byConnections.kaiwa },
    { name: 'tutorial, rooms by a filter', points: byConnections.withRooms },
    { name: 'tutorial, as written', points: byConnections.asWritten },
  ],
});

const userCounts = [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000];

/** What a month costs by users. */
export function costsChart({ kaiwa, sameDeliveries, asWritten }: Designs): Chart {
  const lines = (name: string, design: Design) => {
    const all = userCounts.map(
      (users) => [users, getTotalUsd(computeBill(design, busy, users))] as const,
    );
    return { name, points: all };
  };
  const users = getMaxUsers(kaiwa, busy, 'gateway');
  return {
    title: 'What a month costs, everything switched on',
    description: `Dollars a month by users, 100 to a million, both axes logarithmic. Kaiwa's line is straight; the tutorial as written grows with the square of the users; its algorithm with the same deliveries as ours leaves ours above 10,000 users. By default an account serves ${users} users of such habits.`,
    x: { label: 'users', scale: 'log' },
    y: { label: 'dollars a month', scale: 'log' },
    series: [
      lines('Kaiwa', kaiwa),
      lines('tutorial, same deliveries', sameDeliveries),
      lines('tutorial, as written', asWritten),
    ],
  };
}

/** Time to the last recipient by room, for some sizes of a chunk. */
export function fanOutsChart({ grid }: FanOutResults): Chart {
  const sizes = [100, 500, 2_000];
  return {
    title: 'Time to the last recipient (simulated)',
    description:
      'Seconds by recipients, 10 to 100,000, both axes logarithmic, for chunks of 100, 500 and 2,000, beside what the quota of the account allows at best. A line ends where more than one recipient in a hundred is given up.',
    x: { label: 'recipients', scale: 'log' },
    y: { label: 'seconds; a line ends where more than 1 % never get it', scale: 'log' },
    series: [
      ...sizes.map((size) => ({
        name: `${size.toLocaleString('en-US')} a chunk`,
        points: [...grid].flatMap(([room, bySize]) => {
          const played = bySize.get(size);
          const lost = (played?.givenUpShare ?? 1) > 0.01;
          return played && !lost ? [[room, played.medianMs / 1_000] as const] : [];
        }),
      })),
      {
        name: 'the quota alone',
        points: [...grid.keys()]
          .map((room) => [room, getMinQuotaMs(room) / 1_000] as const)
          .filter(([, time]) => time > 0),
        dashed: true,
      },
    ],
  };
}
