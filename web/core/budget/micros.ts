/** Micro-dollars as people read them: 1234567 → `$1.24`, 1525 → `$0.0016`. Rounded up, never below the truth. */
export function formatMicros(micros: number): string {
  const digits = micros !== 0 && Math.abs(micros) < 10_000 ? 4 : 2;
  const unit = 10 ** (6 - digits);
  return `$${(Math.ceil(micros / unit) / 10 ** digits).toFixed(digits)}`;
}
