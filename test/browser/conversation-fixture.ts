import { type Client, createClient, type Room } from '../../src/client/index.ts';

/** The users of the conversation. The page recognizes each user by the key. */
export const participants = {
  aki: { name: 'Aki Tanaka', key: 'of-the-screenshots-0' },
  ben: { name: 'Ben', key: 'of-the-screenshots-1' },
  cleo: { name: 'Cleo Martin', key: 'of-the-screenshots-2' },
  misaki: { name: '佐藤 美咲', key: 'of-the-screenshots-3' },
  emile: { name: 'Émile', key: 'of-the-screenshots-4' },
};

interface Participant {
  readonly client: Client;
  readonly room: Room;
}

/** A conversation that uses every feature of the page. Its users stay in the room. */
export class Conversation {
  readonly #room: string;
  readonly #participants: Readonly<Record<keyof typeof participants, Participant>>;

  private constructor(
    room: string,
    joined: Readonly<Record<keyof typeof participants, Participant>>,
  ) {
    this.#room = room;
    this.#participants = joined;
  }

  /** Joins a room with all participants and plays the conversation. */
  static async play(url: string, room: string): Promise<Conversation> {
    const join = async (user: (typeof participants)['aki']): Promise<Participant> => {
      const client = createClient({ url, ...user });
      return { client, room: await client.join(room) };
    };
    const [aki, ben, cleo, misaki, emile] = await Promise.all([
      join(participants.aki),
      join(participants.ben),
      join(participants.cleo),
      join(participants.misaki),
      join(participants.emile),
    ]);
    const conversation = new Conversation(room, { aki, ben, cleo, misaki, emile });
    await conversation.#play();
    return conversation;
  }

  async #play(): Promise<void> {
    const { aki, ben, cleo, misaki, emile } = this.#participants;
    await ben.room.send('Good morning! Is anyone in the office today?');
    await cleo.room.send('I am, until noon. The new blend has arrived, by the way.');
    const blend = await cleo.room.send(
      'It is a first flush from Uji: https://example.com/teas/uji-first-flush',
    );
    const asked = await misaki.room.send('宇治の新茶ですか？ いいですね！ぜひ飲んでみたいです。');
    await aki.room.send('Yes! We open it together this afternoon.', { replyTo: asked.seq });
    await emile.room.send('Count me in. I will bring the small cups.');
    const { seq } = await emile.room.send('And something sweet, of course.');
    await aki.client.request('markread', { room: this.#room, seq });
    await ben.room.react(blend.seq, '👍', true);
    await aki.room.react(blend.seq, '👍', true);
    await emile.room.react(blend.seq, '❤️', true);
    await misaki.room.react(asked.seq, '🎉', true);
    const mistaken = await ben.room.send('Let us meet at three then?');
    await ben.room.edit(
      mistaken.seq,
      'Let us meet at half past three then? Cleo has a call before.',
    );
    await cleo.room.react(mistaken.seq, '🙏', true);
    const hasty = await emile.room.send('Wrong room, sorry');
    await emile.room.delete(hasty.seq);
    await aki.room.send('Perfect, in the kitchen.');
  }

  /** Shows live state: two users have read everything, and another one types. */
  async continue(): Promise<void> {
    const { ben, cleo, misaki } = this.#participants;
    const room = this.#room;
    await ben.client.request('markread', { room, seq: 1_000 });
    await cleo.client.request('markread', { room, seq: 1_000 });
    await misaki.client.request('typing', { room, typing: true });
  }

  /** Closes the clients of all participants. */
  async close(): Promise<void> {
    await Promise.all(Object.values(this.#participants).map(({ client }) => client.close()));
  }
}
