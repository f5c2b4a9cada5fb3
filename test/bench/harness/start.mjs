// A cold start, alone in its process: `node start.mjs ARTIFACT EVENT` prints what it took, in milliseconds.
// No TypeScript: nothing but the artifact may load anything.
import { createRequire } from 'node:module';

const [, , artifact, event] = process.argv;
const context = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 28_000 };

const usedBefore = process.cpuUsage();
const startedAt = performance.now();
// As Lambda loads the one and the other.
const module = artifact.endsWith('.cjs')
  ? createRequire(import.meta.url)(artifact)
  : await import(artifact);
const readyAt = performance.now();
const used = process.cpuUsage(usedBefore);
const reply = event && (await module.handler(JSON.parse(event), context));
const answeredAt = performance.now();

if (event && reply.statusCode !== 200) throw new Error(JSON.stringify(reply));
process.send({
  units: 1,
  wallMs: readyAt - startedAt,
  cpuMs: (used.user + used.system) / 1000,
  answeredMs: answeredAt - startedAt,
});
process.disconnect();
