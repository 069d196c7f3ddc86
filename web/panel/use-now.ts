import { useEffect, useState } from 'preact/hooks';

/** The time in milliseconds, moved on every half minute: enough for ages that are written in minutes. */
export function useNow(): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
