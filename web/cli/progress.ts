/** A line on stderr that is drawn anew; nothing where nobody watches. */
export function showProgress(label: string): { show: (share: number) => void; end: () => void } {
  const { stderr } = process;
  if (!stderr.isTTY) return { show: () => {}, end: () => {} };
  const width = 30;
  return {
    show(share) {
      const done = Math.round(share * width);
      stderr.write(
        `\r${label} ${'█'.repeat(done)}${'░'.repeat(width - done)} ${String(Math.floor(share * 100)).padStart(3)} %`,
      );
    },
    end() {
      stderr.write('\r\u001b[2K');
    },
  };
}
