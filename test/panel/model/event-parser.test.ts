import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEventParser } from '../../../web/panel/model/event-parser.ts';

const stream =
  ': open\n\nevent: images\ndata: {"a":1}\n\n: still here\n\ndata: two\ndata: lines\r\n\r\nid: 7\n\n';
const wanted = ['{"a":1}', 'two\nlines'];

test('whole events are read, comments and empty events are not', () => {
  expect(createEventParser()(stream)).toEqual(wanted);
});

test('an event is held back until its end has come', () => {
  const parse = createEventParser();
  expect(parse('data: half')).toEqual([]);
  expect(parse('\n')).toEqual([]);
  expect(parse('\n')).toEqual(['half']);
});

test('however the stream is cut, the same events come out', () => {
  const cuts = fc.array(fc.integer({ min: 0, max: stream.length }), { maxLength: 8 });
  fc.assert(
    fc.property(cuts, (places) => {
      const ends = [0, ...places.sort((a, b) => a - b), stream.length];
      const parse = createEventParser();
      const events = ends.slice(1).flatMap((end, index) => parse(stream.slice(ends[index], end)));
      expect(events).toEqual(wanted);
    }),
  );
});
