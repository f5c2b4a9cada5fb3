declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** Creates a server with DynamoDB's API. It keeps its data in memory unless `path` names a folder. */
  export default function dynalite(options: { path?: string; createTableMs?: number }): Server;
}
