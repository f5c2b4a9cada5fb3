/** A position in a file. Both numbers start at 1. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** A mutant in a report of Stryker, with the fields that this tool reads. */
export interface Mutant {
  readonly mutatorName: string;
  readonly replacement: string;
  readonly status: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

/** A mutated file in a report of Stryker. */
export interface MutatedFile {
  readonly source: string;
  readonly mutants: readonly Mutant[];
}

/** A mutation, named by its text, since the numbers of lines change. */
export interface Mutation {
  readonly file: string;
  /** The first line that it changes, without the indentation. */
  readonly line: string;
  readonly original: string;
  readonly replacement: string;
}

/** A survivor that the project accepts. */
export interface AcceptedSurvivor extends Mutation {
  readonly reason: string;
}

/** The result of the mutants of a file. */
export interface FileResult {
  /** The share of the mutants that a test noticed, in percent. */
  readonly score: number;
  readonly killed: number;
  readonly total: number;
  /** The mutants that stopped the process of the tests. They do not count. */
  readonly crashed: number;
  /** The survivors that are not accepted. */
  readonly unexpected: readonly Mutation[];
  /** The accepted survivors that did not survive. */
  readonly outdated: readonly AcceptedSurvivor[];
}

const killedStatuses = ['Killed', 'Timeout'];
const survivedStatuses = ['Survived', 'NoCoverage'];

/** Compares the mutants of a file with the accepted survivors. Invalid mutants do not count. */
export function checkFile(
  file: string,
  { source, mutants }: MutatedFile,
  accepted: readonly AcceptedSurvivor[],
): FileResult {
  const killed = mutants.filter(({ status }) => killedStatuses.includes(status)).length;
  const survivors = mutants
    .filter(({ status }) => survivedStatuses.includes(status))
    .map((mutant) => ({ file, ...readTexts(source, mutant), replacement: mutant.replacement }));
  const total = killed + survivors.length;
  const acceptedHere = accepted.filter((survivor) => survivor.file === file);
  return {
    score: total === 0 ? 100 : (100 * killed) / total,
    killed,
    total,
    crashed: mutants.filter(({ status }) => status === 'RuntimeError').length,
    unexpected: subtract(survivors, acceptedHere),
    outdated: subtract(acceptedHere, survivors),
  };
}

/** Returns the mutations without the others. Each of the others takes one away: two lines may be the same. */
function subtract<T extends Mutation>(mutations: readonly T[], others: readonly Mutation[]): T[] {
  const left = others.map(identify);
  return mutations.filter((mutation) => {
    const index = left.indexOf(identify(mutation));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** Returns the text that a mutant replaces, and the first line of it. */
function readTexts(source: string, { location: { start, end } }: Mutant) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const [line = ''] = lines;
  const text = lines.join('\n');
  const afterEnd = (lines.at(-1)?.length ?? 0) - (end.column - 1);
  return { line: line.trim(), original: text.slice(start.column - 1, text.length - afterEnd) };
}

/** Returns the same text for the same mutation, with any indentation. */
const identify = ({ file, line, original, replacement }: Mutation) =>
  [file, line, original, replacement].map((text) => text.replaceAll(/\s+/g, ' ')).join('\n');
