import { compareContracts, type Difference, type Verdict } from './diff.ts';
import type { Declared } from './frames.ts';

/** What there is to say of two contracts, and whether that is a failure. */
export interface Report {
  readonly text: string;
  readonly failed: boolean;
}

/**
 * Says how one contract differs from an older one, and for each difference whether clients and
 * servers of the older one survive it. It fails where they do not, unless the version of the wire
 * was raised.
 */
export function report(old: Declared, now: Declared, revision: string): Report {
  const differences = compareContracts(old, now);
  const breaking = differences.filter(
    (one) => !one.oldClients.survives || !one.oldServers.survives,
  );
  const wasRaised = versionOf(now) > versionOf(old);
  const counts = `Differences since ${revision}: ${differences.length}, breaking: ${breaking.length}.`;
  const version = wasRaised
    ? `They may: ${old.subprotocol} was raised to ${now.subprotocol}.`
    : `Take them back, or raise the version of the wire: ${now.subprotocol}, in schemas/fields.ts.`;
  const lines = [...differences.map(paragraph), counts, ...(breaking.length > 0 ? [version] : [])];
  return { text: lines.join('\n'), failed: breaking.length > 0 && !wasRaised };
}

/** The number that the name of the wire's version ends with. */
const versionOf = ({ subprotocol }: Declared) => Number(/\d+$/.exec(subprotocol)?.[0] ?? 0);

const paragraph = ({ where, what, oldClients, oldServers }: Difference) => `${where}: ${what}
  old clients ${verdict(oldClients)}
  old servers ${verdict(oldServers)}
`;

const verdict = ({ survives, because }: Verdict) =>
  [survives ? 'survive' : 'BREAK', because].filter(Boolean).join(': ');
