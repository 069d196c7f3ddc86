/** Micro-dollars as people read them: 1234567 → `$1.2346`, 20000 → `$0.02`. Rounded up, never below the truth. */
export function formatMicros(micros: number): string {
  const digits = micros !== 0 && Math.abs(micros) < 10_000 ? 4 : 2;
  const unit = 10 ** (6 - digits);
  return `$${(Math.ceil(micros / unit) / 10 ** digits).toFixed(digits)}`;
}
