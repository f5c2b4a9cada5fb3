import * as charts from './charts.ts';
import * as costs from './cost-tables.ts';
import { createUnitLookup, type Figures } from './figures.ts';
import { createKaiwaDesign } from './kaiwa-design.ts';
import { formatNumber, formatTable } from './markdown.ts';
import { drawChart } from './plots.ts';
import { createEquivalentDesign, createTutorialDesign } from './tutorial-designs.ts';

/** Creates the designs from the figures. */
function createDesigns(figures: Figures): costs.Designs {
  return {
    kaiwa: createKaiwaDesign(figures, createUnitLookup()),
    sameDeliveries: createEquivalentDesign(figures),
    asWritten: createTutorialDesign(figures),
  };
}

/** Creates the tables that need no simulation, by section name. */
export function createTables(figures: Figures): Record<string, string> {
  const designs = createDesigns(figures);
  return {
    binding: costs.createQuotaTable(designs),
    rooms: costs.createRoomTable(),
    costs: costs.createCostTable(designs),
    parts: costs.createCostBreakdown(designs),
    sensitivity: costs.createSensitivityTable(designs),
    prices: costs.createPriceTable(),
    compared: createComparisonTable(figures),
    measured: createMeasurementTable(figures),
  };
}

/** Creates the plots that need no simulation, by file name. */
export function createPlots(figures: Figures): Record<string, string> {
  return {
    'recipients.svg': drawChart(charts.createRecipientsChart(figures.growth)),
    'connections.svg': drawChart(charts.createConnectionsChart(figures.growth)),
    'costs.svg': drawChart(charts.createCostsChart(createDesigns(figures))),
  };
}

/** Creates the comparison of real and simulated fan-outs. */
function createComparisonTable({ compared: rows }: Figures): string {
  return formatTable(
    ['', 'measured', 'simulated', 'real to simulated'],
    rows.map(({ measure, value, controlValue }) => [
      measure,
      `${formatNumber(value)} ms`,
      `${formatNumber(controlValue)} ms`,
      (value / controlValue).toFixed(2),
    ]),
  );
}

/** Creates the table of the measurements that the model uses. */
function createMeasurementTable({ post, own, scannedRow }: Figures): string {
  return formatTable(
    ['ms of CPU', 'Kaiwa', 'the tutorial'],
    [
      ['one delivery, over TLS', formatNumber(post.ours), formatNumber(post.sdk)],
      [
        'one `sendmessage` without its deliveries',
        formatNumber(own.ours),
        formatNumber(own.tutorial),
      ],
      ['one more connection in the table, a message', '0', formatNumber(scannedRow)],
    ],
  );
}
