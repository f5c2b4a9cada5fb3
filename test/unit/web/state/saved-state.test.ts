import { clientKey } from '../../../../schemas/fields.ts';
import { SavedState, safeStorage } from '../../../../src/web/state/saved-state.ts';
import { MemoryStorage } from './memory-storage.ts';

describe('SavedState', () => {
  let persistentStorage: MemoryStorage;
  let tabStorage: MemoryStorage;
  let savedState: SavedState;

  beforeEach(() => {
    persistentStorage = new MemoryStorage();
    tabStorage = new MemoryStorage();
    savedState = new SavedState(persistentStorage, tabStorage);
  });

  it('creates a key that the contract allows, and keeps it', () => {
    const { key } = savedState;
    expect(key).toMatch(new RegExp(clientKey.pattern));
    expect(new SavedState(persistentStorage, new MemoryStorage()).key).toBe(key);
    expect(new SavedState(new MemoryStorage(), new MemoryStorage()).key).not.toBe(key);
  });

  it('saves the name and the rooms', () => {
    expect([savedState.name, savedState.rooms]).toEqual([undefined, ['lobby']]);
    savedState.name = 'Aki';
    savedState.addRoom('tea');
    savedState.addRoom('tea');
    savedState.addRoom('milk');
    savedState.removeRoom('tea');
    expect([savedState.name, savedState.rooms]).toEqual(['Aki', ['lobby', 'milk']]);
  });

  it('ignores stored values that are not valid', () => {
    persistentStorage.setItem('kaiwa.rooms', 'Böse <b> tea');
    persistentStorage.setItem('kaiwa.key', 'short');
    expect(savedState.rooms).toEqual(['lobby', 'tea']);
    expect(savedState.key).toHaveLength(48);
  });

  it('saves the draft of each room', () => {
    savedState.saveDraft('tea', { text: 'I am', drafts: [] });
    expect(savedState.getDraft('tea').text).toBe('I am');
    expect(savedState.getDraft('milk')).toEqual({ text: '', drafts: [] });
  });

  it.each(['not JSON', 'null', '1', '[]', '{"drafts":1}'])(
    'ignores the stored draft %s',
    (json) => {
      tabStorage.setItem('kaiwa.unsent.tea', json);
      expect(savedState.getDraft('tea')).toEqual({ text: '', drafts: [] });
    },
  );

  it('separates the state of users with tokens', () => {
    const aki = new SavedState(persistentStorage, tabStorage, 'aki');
    const ben = new SavedState(persistentStorage, tabStorage, 'ben');
    aki.name = 'Aki';
    aki.addRoom('tea');
    aki.saveDraft('lobby', { text: 'I am', drafts: [] });
    expect([ben.name, ben.rooms, ben.getDraft('lobby').text]).toEqual([undefined, ['lobby'], '']);
    const restored = new SavedState(persistentStorage, tabStorage, 'aki');
    expect([restored.name, restored.rooms]).toEqual(['Aki', ['lobby', 'tea']]);
    expect(restored.getDraft('lobby').text).toBe('I am');
  });
});

describe('safeStorage', () => {
  it('keeps entries in memory if the browser refuses its storage', () => {
    const storage = safeStorage(() => {
      throw new Error('The browser refuses access.');
    });
    expect(storage.getItem('x')).toBeNull();
    storage.setItem('x', 'y');
    expect(storage.getItem('x')).toBe('y');
  });
});
