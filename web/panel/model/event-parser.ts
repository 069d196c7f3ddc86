/** Reads server-sent events from pieces of text: the `data` of each whole event. Comments and other fields are skipped. */
export function createEventParser(): (piece: string) => string[] {
  let rest = '';
  return (piece) => {
    rest += piece;
    const events = rest.split(/\r?\n\r?\n/);
    rest = events.pop() ?? '';
    return events
      .map((event) =>
        event
          .split(/\r?\n/)
          .filter((line) => line.startsWith('data:'))
          .map((line) => line.slice(5).replace(/^ /, ''))
          .join('\n'),
      )
      .filter((data) => data !== '');
  };
}
