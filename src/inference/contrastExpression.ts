import { InputError } from "../errors.js";
import { nearestNames } from "../print/nearest.js";

/** A linear expression while it is being read: a constant, and a weight for each column. */
interface Linear {
  readonly constant: number;
  readonly weights: Float64Array;
}

type Token = { readonly kind: "number" | "name" | "symbol"; readonly text: string; readonly at: number };

const TOKEN =
  /\s*(?:(\d+\.?\d*(?:[eE][-+−]?\d+)?|\.\d+(?:[eE][-+−]?\d+)?)|([\p{L}_][\p{L}\p{N}_.]*)|"([^"]*)"|`([^`]*)`|([-−+*/()]))/uy;
/** Parentheses within one another; people need a few. */
const DEEPEST = 100;

/**
 * Reads a contrast such as `0.5*Sex + NIHScore` or `(Race_black + Race_asian)/2 - Race_other` as weights of the
 * columns of X. Names that hold spaces or signs go in double quotes or backticks; U+2212 is a minus as well.
 *
 * @returns float64, p.
 * @throws InputError for an unknown name (listing the near ones), a constant, or a broken expression.
 */
export function parseContrast(expression: string, columns: readonly string[]): Float64Array {
  const parser = new ContrastParser(expression, columns);
  return parser.parse();
}

class ContrastParser {
  private readonly tokens: Token[];
  private next = 0;
  private depth = 0;

  constructor(
    private readonly expression: string,
    private readonly columns: readonly string[],
  ) {
    this.tokens = this.tokenize();
  }

  parse(): Float64Array {
    const value = this.sum();
    const rest = this.tokens[this.next];
    if (rest !== undefined)
      this.fail(`${JSON.stringify(rest.text)} at character ${rest.at + 1}`, "+, −, * or /");
    if (value.constant !== 0) {
      this.fail(
        `the number ${value.constant} on its own`,
        "weights of columns only, such as 0.5*Sex + NIHScore",
      );
    }
    return value.weights;
  }

  private tokenize(): Token[] {
    const tokens: Token[] = [];
    TOKEN.lastIndex = 0;
    const end = this.expression.trimEnd().length;
    let at = 0;
    while (at < end) {
      TOKEN.lastIndex = at;
      const match = TOKEN.exec(this.expression);
      if (match === null) {
        const rest = this.expression.slice(at).trimStart();
        return this.fail(
          `${JSON.stringify(rest[0])} in it`,
          "names of columns, numbers, + − * / and parentheses",
        );
      }
      const [whole, number, name, quoted, ticked, symbol] = match;
      const start = at + whole.length - whole.trimStart().length;
      if (number !== undefined) tokens.push({ kind: "number", text: plain(number), at: start });
      else if (symbol !== undefined) tokens.push({ kind: "symbol", text: plain(symbol), at: start });
      else tokens.push({ kind: "name", text: name ?? quoted ?? ticked ?? "", at: start });
      at = TOKEN.lastIndex;
    }
    if (tokens.length === 0) this.fail("nothing", "an expression such as 0.5*Sex + NIHScore");
    return tokens;
  }

  private sum(): Linear {
    let value = this.product();
    for (;;) {
      const sign = this.take("+") ? 1 : this.take("-") ? -1 : 0;
      if (sign === 0) return value;
      value = combine(value, this.product(), sign);
    }
  }

  private product(): Linear {
    let value = this.unary();
    for (;;) {
      if (this.take("*")) value = this.multiply(value, this.unary());
      else if (this.take("/")) {
        const divisor = this.unary();
        if (!isConstant(divisor) || divisor.constant === 0)
          this.fail("a division by no number", "a number under /");
        value = scale(value, 1 / divisor.constant);
      } else return value;
    }
  }

  private unary(): Linear {
    let sign = 1;
    for (;;) {
      if (this.take("-")) sign = -sign;
      else if (!this.take("+")) break;
    }
    const value = this.atom();
    return sign < 0 ? scale(value, -1) : value;
  }

  private atom(): Linear {
    const token = this.tokens[this.next];
    if (token === undefined) return this.fail("an end too early", "a name or a number after the last sign");
    this.next++;
    const weights = new Float64Array(this.columns.length);
    if (token.kind === "number") return { constant: Number(token.text), weights };
    if (token.kind === "name") {
      weights[this.column(token.text)] = 1;
      return { constant: 0, weights };
    }
    if (token.text === "(") {
      if (++this.depth > DEEPEST)
        this.fail("parentheses without end", `at most ${DEEPEST} within one another`);
      const value = this.sum();
      this.depth--;
      if (!this.take(")")) this.fail("a parenthesis that is not closed", ")");
      return value;
    }
    return this.fail(`${JSON.stringify(token.text)} at character ${token.at + 1}`, "a name or a number");
  }

  private column(name: string): number {
    const index = this.columns.indexOf(name);
    if (index >= 0) return index;
    return this.fail(
      `no column ${JSON.stringify(name)} in X`,
      `one of the columns of X; near: ${nearestNames(name, this.columns).join(", ")}`,
    );
  }

  private multiply(a: Linear, b: Linear): Linear {
    if (isConstant(a)) return scale(b, a.constant);
    if (isConstant(b)) return scale(a, b.constant);
    return this.fail("a product of two columns", "a linear combination of columns");
  }

  private take(symbol: string): boolean {
    const token = this.tokens[this.next];
    if (token?.kind !== "symbol" || token.text !== symbol) return false;
    this.next++;
    return true;
  }

  private fail(found: string, expected: string): never {
    const shown = this.expression.length > 200 ? `${this.expression.slice(0, 199)}…` : this.expression;
    throw new InputError({ key: `contrast "${shown}"`, found, expected });
  }
}

function plain(text: string): string {
  return text.replace("−", "-");
}

function isConstant(value: Linear): boolean {
  return value.weights.every((weight) => weight === 0);
}

function combine(a: Linear, b: Linear, sign: number): Linear {
  return {
    constant: a.constant + sign * b.constant,
    weights: a.weights.map((w, k) => w + sign * b.weights[k]),
  };
}

function scale(a: Linear, factor: number): Linear {
  // A factor that overflows leaves what is zero at zero.
  const times = (value: number) => (value === 0 ? 0 : value * factor);
  return { constant: times(a.constant), weights: a.weights.map(times) };
}
