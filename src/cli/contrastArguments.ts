import type { Command } from "commander";

const MINUS = "−";

/**
 * The command line with every expression of `contrast` that begins with a minus made one that no option looks like:
 * `-Age` gets U+2212 for its minus, which contrasts read as well. Nothing else is touched.
 */
export function withExpressions(program: Command, args: readonly string[]): string[] {
  const at = args.findIndex((arg) => !arg.startsWith("-"));
  const command = program.commands.find((one) => one.name() === "contrast");
  if (at < 0 || args[at] !== "contrast" || command === undefined) return [...args];
  const options = [...command.options, ...program.options];
  const out = args.slice(0, at + 1);
  for (let k = at + 1; k < args.length; k++) {
    const arg = args[k];
    if (arg === "--") return [...out, ...args.slice(k)];
    const option = options.find(({ short, long }) => arg === short || arg === long);
    const isOption = option !== undefined || arg.startsWith("--") || arg === "-h";
    out.push(isOption || !arg.startsWith("-") ? arg : MINUS + arg.slice(1));
    if (option?.required === true && k + 1 < args.length) out.push(args[++k]);
  }
  return out;
}

/** An expression as it was typed, but for its minus signs. */
export function plainMinus(expression: string): string {
  return expression.replaceAll(MINUS, "-");
}
