import { Timeline } from '../timeline.ts';

describe('Timeline', () => {
  it('runs functions by time, and those of the same time in the order in which they were added', () => {
    const timeline = new Timeline();
    const calls: string[] = [];
    const times = [5, 1, 3, 1, 9, 3, 0];
    for (const [index, time] of times.entries())
      timeline.at(time, () => calls.push(`${timeline.now}:${index}`));
    timeline.at(4, () => timeline.at(2, () => calls.push(`late at ${timeline.now}`)));
    timeline.run();
    expect(calls).toEqual(['0:6', '1:1', '1:3', '3:2', '3:5', 'late at 4', '5:0', '9:4']);
  });
});
