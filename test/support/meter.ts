import type { TestTable } from './database.ts';

/** Read and write units, as DynamoDB bills them. */
export interface Units {
  read: number;
  write: number;
}

/** Adds up what the engine itself says that the calls through a table cost. */
export class Meter {
  #units: Units = { read: 0, write: 0 };

  /** The same table, with every call counted. */
  table(table: TestTable): TestTable {
    const { client } = table;
    const send = async (command: Command) => {
      command.input.ReturnConsumedCapacity = 'TOTAL';
      const output = await Reflect.apply(client.send, client, [command]);
      const { CapacityUnits } = (output as Output).ConsumedCapacity;
      const reads = /^(Get|Query)/.test(command.constructor.name);
      this.#units[reads ? 'read' : 'write'] += CapacityUnits;
      return output;
    };
    return { ...table, client: Object.create(client, { send: { value: send } }) };
  }

  /** What this work costs. */
  async of(work: () => Promise<unknown>): Promise<Units> {
    this.#units = { read: 0, write: 0 };
    await work();
    return this.#units;
  }
}

interface Command {
  readonly input: { ReturnConsumedCapacity?: 'TOTAL' };
}

interface Output {
  readonly ConsumedCapacity: { readonly CapacityUnits: number };
}
