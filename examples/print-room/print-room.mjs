import { createClient } from 'kaiwa/client';

const [url = 'ws://localhost:3001', name = 'tea'] = process.argv.slice(2);
const client = createClient({ url });

client.on('state', ({ state, retryAt }) => {
  console.error(retryAt ? `${state}, retry at ${new Date(retryAt).toISOString()}` : state);
});

const room = await client.join(name, { after: 0 });
for await (const event of room) {
  if (event.type === 'message') console.log(`${event.seq} ${event.from.name}: ${event.message}`);
  if (event.type === 'edited') console.log(`${event.target} is now: ${event.message}`);
  if (event.type === 'deleted') console.log(`${event.target} was deleted`);
  if (event.type === 'incomplete') console.log(`${event.after} to ${event.seq} have expired`);
}
