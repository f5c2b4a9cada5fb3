// Measures a cold start in its own process: `node cold-start.mjs ARTIFACT EVENT` sends the milliseconds to its parent.
// It is plain JavaScript, so that only the artifact loads modules.
import { createRequire } from 'node:module';

const [, , artifact, event] = process.argv;
const context = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 28_000 };

const usedBefore = process.cpuUsage();
const startedAt = performance.now();
// Lambda loads both formats in the same way.
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
