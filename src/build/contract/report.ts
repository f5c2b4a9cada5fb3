import { type Compatibility, compareContracts, type Difference } from './diff.ts';
import type { ContractSource } from './frames.ts';

/** What there is to say of two contracts, and whether that is a failure. */
export interface CompatibilityReport {
  readonly text: string;
  readonly failed: boolean;
}

/**
 * Says how one contract differs from an older one, and for each difference whether clients and
 * servers of the older one survive it. It fails where they do not, unless the version of the wire
 * was raised.
 */
export function formatReport(
  old: ContractSource,
  current: ContractSource,
  revision: string,
): CompatibilityReport {
  const differences = compareContracts(old, current);
  const breaking = differences.filter(
    (difference) => !difference.oldClients.compatible || !difference.oldServers.compatible,
  );
  const wasRaised = getWireVersion(current) > getWireVersion(old);
  const summary = `Differences since ${revision}: ${differences.length}, breaking: ${breaking.length}.`;
  const advice = wasRaised
    ? `They may: ${old.subprotocol} was raised to ${current.subprotocol}.`
    : `Take them back, or raise the version of the wire: ${current.subprotocol}, in schemas/fields.ts.`;
  const lines = [
    ...differences.map(formatDifference),
    summary,
    ...(breaking.length > 0 ? [advice] : []),
  ];
  return { text: lines.join('\n'), failed: breaking.length > 0 && !wasRaised };
}

/** The number that the name of the wire's version ends with. */
const getWireVersion = ({ subprotocol }: ContractSource) =>
  Number(/\d+$/.exec(subprotocol)?.[0] ?? 0);

const formatDifference = ({ where, what, oldClients, oldServers }: Difference) => `${where}: ${what}
  old clients ${formatCompatibility(oldClients)}
  old servers ${formatCompatibility(oldServers)}
`;

const formatCompatibility = ({ compatible, reason }: Compatibility) =>
  [compatible ? 'survive' : 'BREAK', reason].filter(Boolean).join(': ');
