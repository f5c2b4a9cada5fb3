import { ja } from '../../../../src/web/i18n/ja.ts';

describe('ja', () => {
  it('uses one form for all numbers', () => {
    expect(ja.newMessages(3)).toBe('新着メッセージ 3 件');
  });
});
