/** Numbers and times as words for people. */

/** "1,797". By hand: the browser's own formatter takes as long to be made ready as a map to be drawn. */
export function count(n: number): string {
  return String(n).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** "1 row", "2 rows". */
export function plural(n: number, word: string): string {
  return `${count(n)} ${word}${n === 1 ? "" : "s"}`;
}

/** "4 kB", "1.2 MB". */
export function bytes(n: number): string {
  return n < 1e6 ? `${count(Math.max(1, Math.round(n / 1e3)))} kB` : `${(n / 1e6).toFixed(1)} MB`;
}

/** "+3", "−2", or nothing for 0. */
export function signed(n: number): string {
  return n === 0 ? "" : n > 0 ? `+${count(n)}` : `−${count(-n)}`;
}

/** "just now", "5 min ago", "14:03", "3 Nov, 14:03"; a time that cannot be read is shown as it came. */
export function ago(iso: string, now: Date): string {
  const then = new Date(iso);
  if (Number.isNaN(then.getTime())) return iso;
  const seconds = (now.getTime() - then.getTime()) / 1000;
  if (seconds < 45) return "just now";
  if (seconds < 3570) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  const clock = then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (then.toDateString() === now.toDateString()) return clock;
  return `${then.toLocaleDateString("en-GB", { day: "numeric", month: "short" })}, ${clock}`;
}
