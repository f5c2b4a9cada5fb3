import { type Client, createClient, type Room } from '../../src/client/index.ts';

const names = ['Aki Tanaka', 'Ben', 'Cleo Martin', '佐藤 美咲', 'Émile'];

/** Those who take part, by the keys that make them the same people on the page. */
export const participants = names.map((name, index) => ({
  name,
  key: `of-the-screenshots-${index}`,
}));

/** Has a conversation that shows all that there is to show. They stay in the room. */
export async function playConversation(url: string, name: string): Promise<Client[]> {
  const clients = participants.map((participant) => createClient({ url, ...participant }));
  const rooms = await Promise.all(clients.map((client) => client.join(name)));
  const [aki, ben, cleo, misaki, emile] = rooms as [Room, Room, Room, Room, Room];
  await ben.send('Good morning! Is anyone in the office today?');
  await cleo.send('I am, until noon. The new blend has arrived, by the way.');
  const blend = await cleo.send(
    'It is a first flush from Uji: https://example.com/teas/uji-first-flush',
  );
  const asked = await misaki.send('宇治の新茶ですか？ いいですね！ぜひ飲んでみたいです。');
  await aki.send('Yes! We open it together this afternoon.', { replyTo: asked.seq });
  await emile.send('Count me in. I will bring the small cups.');
  const { seq } = await emile.send('And something sweet, of course.');
  await clients[0]?.request('markread', { room: name, seq });
  await ben.react(blend.seq, '👍', true);
  await aki.react(blend.seq, '👍', true);
  await emile.react(blend.seq, '❤️', true);
  await misaki.react(asked.seq, '🎉', true);
  const mistaken = await ben.send('Let us meet at three then?');
  await ben.edit(mistaken.seq, 'Let us meet at half past three then? Cleo has a call before.');
  await cleo.react(mistaken.seq, '🙏', true);
  const hasty = await emile.send('Wrong room, sorry');
  await emile.delete(hasty.seq);
  await aki.send('Perfect, in the kitchen.');
  return clients;
}

/** What goes on while somebody looks: two have read all, and one types. */
export async function continueConversation(
  [, ben, cleo, misaki]: Client[],
  room: string,
): Promise<void> {
  await ben?.request('markread', { room, seq: 1_000 });
  await cleo?.request('markread', { room, seq: 1_000 });
  await misaki?.request('typing', { room, typing: true });
}
