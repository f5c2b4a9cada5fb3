import Sequencer from '@jest/test-sequencer';

/** What takes longest, by a part of its path. */
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
 * Begins with what takes longest: begun last, it would be waited for with one core idle. A fresh clone
 * knows how large the files are and nothing else of them, and the page's tests have one of the smallest.
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
