/** The options that a contrast takes, and whether a value follows. */
const OPTIONS: Readonly<Record<string, boolean>> = {
  "-o": true,
  "--outdir": true,
  "--name": true,
  "-h": false,
  "--help": false,
  "--verbose": false,
};
const MINUS = "−";

/**
 * The command line with every expression of `contrast` that begins with a minus made one that no option looks like:
 * `-Age` gets U+2212 for its minus, which contrasts read as well. Nothing else is touched.
 */
export function withExpressions(args: readonly string[]): string[] {
  const command = args.findIndex((arg) => !arg.startsWith("-"));
  if (command < 0 || args[command] !== "contrast") return [...args];
  const out = args.slice(0, command + 1);
  for (let k = command + 1; k < args.length; k++) {
    const arg = args[k];
    if (arg === "--") return [...out, ...args.slice(k)];
    const isOption = Object.hasOwn(OPTIONS, arg) || arg.startsWith("--");
    out.push(isOption || !arg.startsWith("-") ? arg : MINUS + arg.slice(1));
    if (OPTIONS[arg] === true && k + 1 < args.length) out.push(args[++k]);
  }
  return out;
}

/** An expression as it was typed, but for its minus signs. */
export function plainMinus(expression: string): string {
  return expression.replaceAll(MINUS, "-");
}
