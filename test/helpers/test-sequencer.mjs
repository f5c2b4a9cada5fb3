import Sequencer from '@jest/test-sequencer';

/** The slowest tests, by a part of their paths. */
const longest = [
  'browser/',
  'integration/faults/transient',
  'integration/faults/durable',
  'unit/client/memory',
  'e2e/',
  'integration/ops/',
  'integration/guarantees/',
];

/**
 * Begins with the slowest tests: if one of them began last, a core would be idle. A fresh clone knows
 * only the sizes of the files, and the page's tests have one of the smallest.
 */
export default class Sequence extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const at = longest.findIndex((part) => path.includes(`/test/${part}`));
      return at < 0 ? longest.length : at;
    };
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
}
