/** Numbers of the list of suspects: how long a bar is, and how a suspicion is written. Pure. */

/** Less doubt than this makes no bar longer: one row that is surely wrong must not make all others look alike. */
const LEAST_DOUBT = 1e-4;
/** A float32 holds nothing nearer to 1. */
const NO_DOUBT = 1e-7;

/** Each step nearer to 1 by a power of ten is as long as the one before: 0.9, 0.99, 0.999. */
const strengthOf = (suspicion: number): number => -Math.log10(Math.max(LEAST_DOUBT, 1 - suspicion));

/** Gives the length of a bar, 0 to 1: full at the strongest suspicion of the list. */
export function shareOf(suspicion: number, strongest: number): number {
  const most = strengthOf(strongest);
  return most <= 0 ? 0 : Math.min(1, Math.max(0, strengthOf(suspicion) / most));
}

/** Writes a suspicion with at least two digits, and with as many nines as tell it from 1. */
export function suspicionText(suspicion: number): string {
  if (1 - suspicion < NO_DOUBT) return "1";
  return suspicion.toFixed(Math.max(2, 1 + Math.ceil(-Math.log10(1 - suspicion) - 1e-9)));
}

/** Writes a confidence as a percentage that never claims to be sure. */
export function sureness(confidence: number): string {
  return confidence > 0.99 ? ">99%" : `${Math.round(confidence * 100)}%`;
}
