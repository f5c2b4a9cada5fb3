import * as charts from './charts.ts';
import * as costs from './cost-tables.ts';
import { asWritten, kaiwa, sameDeliveries } from './designs.ts';
import type { Figures } from './figures.ts';
import { unitsOf } from './figures.ts';
import { plain, table } from './markdown.ts';
import { draw } from './plots.ts';

/** The designs, with these figures. */
function designsOf(figures: Figures): costs.Designs {
  return {
    kaiwa: kaiwa(figures, unitsOf()),
    sameDeliveries: sameDeliveries(figures),
    asWritten: asWritten(figures),
  };
}

/** The tables that need no simulation, by name. */
export function tablesOf(figures: Figures): Record<string, string> {
  const designs = designsOf(figures);
  return {
    binding: costs.binding(designs),
    rooms: costs.rooms(),
    costs: costs.costs(designs),
    parts: costs.parts(designs),
    sensitivity: costs.sensitivity(designs),
    prices: costs.priceList(),
    compared: compared(figures),
    measured: measured(figures),
  };
}

/** The plots that need no simulation, by file name. */
export function plotsOf(figures: Figures): Record<string, string> {
  return {
    'recipients.svg': draw(charts.recipients(figures.growth)),
    'connections.svg': draw(charts.connections(figures.growth)),
    'costs.svg': draw(charts.costs(designsOf(figures))),
  };
}

/** The simulation beside the real fan-out. */
function compared({ compared: rows }: Figures): string {
  return table(
    ['', 'measured', 'simulated', 'real to simulated'],
    rows.map(({ measure, value, controlValue }) => [
      measure,
      `${plain(value)} ms`,
      `${plain(controlValue)} ms`,
      (value / controlValue).toFixed(2),
    ]),
  );
}

/** What the model takes from the bench. */
function measured({ post, own, scannedRow }: Figures): string {
  return table(
    ['ms of CPU', 'Kaiwa', 'the tutorial'],
    [
      ['one delivery, over TLS', plain(post.ours), plain(post.sdk)],
      ['one `sendmessage` without its deliveries', plain(own.ours), plain(own.tutorial)],
      ['one more connection in the table, a message', '0', plain(scannedRow)],
    ],
  );
}
