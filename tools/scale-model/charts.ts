import type { Designs } from './cost-tables.ts';
import { type FanOutResults, getMinQuotaMs } from './fan-out-tables.ts';
import type { Growth } from './figures.ts';
import { formatNumber } from './markdown.ts';
import { computeBill, type Design, getMaxUsers, getTotalUsd } from './model.ts';
import type { Chart } from './plots.ts';
import { busy } from './scenarios.ts';

/** Creates the chart of one message's CPU time by recipients. */
export const createRecipientsChart = ({ byRecipients }: Growth): Chart => ({
  title: 'CPU of one message, by recipients',
  description:
    "Milliseconds of CPU by recipients, 10 to 10,000, both axes logarithmic. Both lines are nearly straight, and Kaiwa's is below the tutorial's.",
  x: { label: 'recipients', scale: 'log' },
  y: { label: 'ms of CPU', scale: 'log' },
  series: [
    { name: 'Kaiwa', points: byRecipients.kaiwa },
    { name: 'the tutorial', points: byRecipients.tutorial },
  ],
});

/** Creates the chart of one message's CPU time by connections in the table, in a room of 20. */
export const createConnectionsChart = ({ byConnections }: Growth): Chart => ({
  title: 'CPU of one message to a room of 20, by connections in the table',
  description:
    "Milliseconds of CPU by connections in the table, 20 to 100,000, both axes logarithmic. Kaiwa's line is level. The tutorial as written grows with the table, since it delivers to all connections. With rooms by a filter, it grows once the table has many pages.",
  x: { label: 'connections in the table', scale: 'log' },
  y: { label: 'ms of CPU', scale: 'log' },
  series: [
    { name: 'Kaiwa', points: byConnections.kaiwa },
    { name: 'tutorial, rooms by a filter', points: byConnections.withRooms },
    { name: 'tutorial, as written', points: byConnections.asWritten },
  ],
});

const userCounts = [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000];

/** Creates the chart of monthly costs by users. */
export function createCostsChart({ kaiwa, sameDeliveries, asWritten }: Designs): Chart {
  const lines = (name: string, design: Design) => {
    const all = userCounts.map(
      (users) => [users, getTotalUsd(computeBill(design, busy, users))] as const,
    );
    return { name, points: all };
  };
  const users = getMaxUsers(kaiwa, busy, 'gateway');
  return {
    title: 'Cost of a month with all features',
    description: `Dollars a month by users, 100 to a million, both axes logarithmic. Kaiwa's line is straight. The tutorial as written grows with the square of the users. With the same deliveries, it costs more than Kaiwa from about 10,000 users. The default quotas of an account suffice for about ${formatNumber(users)} users.`,
    x: { label: 'users', scale: 'log' },
    y: { label: 'dollars a month', scale: 'log' },
    series: [
      lines('Kaiwa', kaiwa),
      lines('tutorial, same deliveries', sameDeliveries),
      lines('tutorial, as written', asWritten),
    ],
  };
}

/** Creates the chart of the time until the last recipient, for three chunk sizes. */
export function createFanOutsChart({ grid }: FanOutResults): Chart {
  const sizes = [100, 500, 2_000];
  return {
    title: 'Time to the last recipient (simulated)',
    description:
      'Seconds by recipients, 10 to 100,000, both axes logarithmic, for chunks of 100, 500 and 2,000, beside the time that the quota of the account takes. A line ends if more than 1 % of the deliveries fail.',
    x: { label: 'recipients', scale: 'log' },
    y: { label: 'seconds; a line ends if more than 1 % of the deliveries fail', scale: 'log' },
    series: [
      ...sizes.map((size) => ({
        name: `${size.toLocaleString('en-US')} per chunk`,
        points: [...grid].flatMap(([room, bySize]) => {
          const summary = bySize.get(size);
          if (!summary || summary.failedShare > 0.01) return [];
          return [[room, summary.medianMs / 1_000] as const];
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
