import { createClient } from 'kaiwa/client';

const [url = 'ws://localhost:3001', name = 'tea', key] = process.argv.slice(2);
const client = createClient({ url, name: 'Echo', ...(key && { key }) });

const room = await client.join(name);
for await (const event of room) {
  if (event.type !== 'message' || event.own) continue;
  try {
    // The id makes the answer safe to repeat: a second bot with the same key adds nothing.
    await room.send(`You said: ${event.message}`, { id: `to-${event.seq}`, replyTo: event.seq });
  } catch (error) {
    console.error(`No answer to ${event.seq}: ${error.code}`);
  }
}
