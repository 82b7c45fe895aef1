/** A number for people: about four significant digits, thousands separated, NaN as a dash. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (Number.isInteger(value) && size < 1e9) return minus(value.toLocaleString("en-US"));
  if (size >= 1e6 || size < 1e-4) return minus(value.toExponential(3));
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(size)));
  return minus(
    value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }),
  );
}

/** A count with its thousands separated. */
export function formatCount(value: number): string {
  return value.toLocaleString("en-US");
}

/** `1 vertex`, `3 vertices`. */
export function plural(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Seconds as people say them: `0.8 s`, `41 s`, `3 min 20 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function minus(text: string): string {
  return text.replace(/^-/, "−").replace("e-", "e−");
}
