import type { FakeServer } from '../../helpers/fakes/fake-server.ts';

/** The numbers from one to another. */
export const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Writes so many events into the log, of which nobody is told. */
export function writeEvents(server: FakeServer, count: number): void {
  for (let index = 0; index < count; index += 1) server.write();
}

/** Pushes events of the log to those who are in the room, in the order of these numbers. */
export function pushEvents(server: FakeServer, ...seqs: number[]): void {
  const events = new Map(server.log().map((event) => [event.seq, event]));
  for (const event of seqs.map((seq) => events.get(seq))) if (event) server.push(event);
}

/** Behind which numbers the log was asked for. */
export const requestedAfter = (server: FakeServer) =>
  server.requests('joinroom').map(({ after }) => after);
