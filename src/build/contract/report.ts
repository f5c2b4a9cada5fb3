import { type Compatibility, compareContracts, type Difference } from './diff.ts';
import type { ContractSource } from './frames.ts';

/** The text of a comparison, and whether it fails the check. */
export interface CompatibilityReport {
  readonly text: string;
  readonly failed: boolean;
}

/**
 * Formats the differences between two contracts. For each difference it says whether old clients and
 * old servers keep working. The check fails on a breaking change unless the protocol version was raised.
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
  const wasRaised = getProtocolVersion(current) > getProtocolVersion(old);
  const summary = `Differences since ${revision}: ${differences.length}, breaking: ${breaking.length}.`;
  const advice = wasRaised
    ? `Breaking changes are allowed: ${old.subprotocol} was raised to ${current.subprotocol}.`
    : `Revert the breaking changes, or raise the protocol version ${current.subprotocol} in schemas/fields.ts.`;
  const lines = [
    ...differences.map(formatDifference),
    summary,
    ...(breaking.length > 0 ? [advice] : []),
  ];
  return { text: lines.join('\n'), failed: breaking.length > 0 && !wasRaised };
}

/** Returns the number at the end of the subprotocol. */
const getProtocolVersion = ({ subprotocol }: ContractSource) =>
  Number(/\d+$/.exec(subprotocol)?.[0] ?? 0);

const formatDifference = ({ where, what, oldClients, oldServers }: Difference) => `${where}: ${what}
  old clients ${formatCompatibility(oldClients)}
  old servers ${formatCompatibility(oldServers)}
`;

const formatCompatibility = ({ compatible, reason }: Compatibility) =>
  [compatible ? 'keep working' : 'BREAK', reason].filter(Boolean).join(': ');
