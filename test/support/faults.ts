import type { TestTable } from './database.ts';

/** Thrown by everything that a killed process would still have done. */
export class Killed extends Error {}

/**
 * A process that dies after so many steps: a step is one call of the table's client, or one
 * delivery. The step itself is done; nothing after it is.
 */
export class Process {
  /** How many steps it still does. */
  left = Number.POSITIVE_INFINITY;

  /** Whether it died before it had done all it was to do. */
  died = false;

  /** Does one step, if this process is still alive. */
  async step<T>(work: () => Promise<T>): Promise<T> {
    this.died ||= this.left === 0;
    if (this.died) throw new Killed();
    this.left -= 1;
    return work();
  }

  /** The same table, through this process. */
  table(table: TestTable): TestTable {
    return intercept(table, (_command, go) => this.step(go));
  }
}

/** What a test looks at in a command on its way to the table. */
export interface Sent {
  /** `PutCommand`, `GetCommand` and so on. */
  readonly name: string;
  readonly sk: string;
}

/** The same table, each call of its client going through a function that may delay or fail it. */
export function intercept(
  table: TestTable,
  through: (sent: Sent, go: () => Promise<unknown>) => Promise<unknown>,
): TestTable {
  const { client } = table;
  const send = (command: Command, ...rest: unknown[]) => {
    const { Item, Key } = command.input;
    const sent = { name: command.constructor.name, sk: String((Item ?? Key)?.sk) };
    return through(sent, () => Reflect.apply(client.send, client, [command, ...rest]));
  };
  return { ...table, client: Object.create(client, { send: { value: send } }) };
}

interface Command {
  readonly input: { readonly Item?: { sk: unknown }; readonly Key?: { sk: unknown } };
}
