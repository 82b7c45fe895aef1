import { InputError } from "../errors.js";

/** A product of variables, each to a power: `Age`, `Age^2`, `Sex:Time`. No variables: the intercept. */
export type Term = readonly { readonly name: string; readonly power: number }[];

/** What a model formula says. */
export interface Formula {
  /** What stands before `~`; undefined where nothing does. */
  readonly response: string | undefined;
  readonly fixed: readonly Term[];
  /** `(1 + Time | subject)`: the slopes beside the random intercept, and the factor. */
  readonly random: { readonly slopes: readonly string[]; readonly subject: string } | undefined;
}

interface Token {
  readonly text: string;
  readonly at: number;
}

const TOKEN = /\s*([\p{L}_][\p{L}\p{N}_.]*|`[^`]+`|\d+|[~+*:^()|])/uy;
const NAME = /^[\p{L}_`]/u;

/**
 * Reads `"nback ~ Sex + Age*Time + (1 + Time | subject)"`. `a*b` is `a + b + a:b`; `a^2` is a square; the intercept is
 * always in.
 *
 * @throws InputError with the character at which it cannot be read.
 */
export function parseFormula(text: string): Formula {
  return new FormulaParser(text).formula();
}

/** Reads a part of a formula, such as one entry of `fixed`: `age`, `age^2`, `sex*time`. */
export function parseTerms(text: string): Term[] {
  return new FormulaParser(text).terms();
}

/** The name of a term, as in the columns of X. */
export function nameOf(term: Term): string {
  return term.map(({ name, power }) => (power === 1 ? name : `${name}^${power}`)).join(":");
}

class FormulaParser {
  private readonly tokens: Token[] = [];
  private next = 0;

  constructor(private readonly text: string) {
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.trimEnd().length) {
      const at = TOKEN.lastIndex;
      const match = TOKEN.exec(text);
      if (match === null)
        this.fail(at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0), "a name, +, *, :, ^ or ( | )");
      else this.tokens.push({ text: match[1], at: TOKEN.lastIndex - match[1].length });
    }
  }

  formula(): Formula {
    const response = this.peek(1) === "~" ? this.name() : undefined;
    if (this.peek() === "~") this.next++;
    const fixed: Term[] = [];
    let random: Formula["random"];
    do {
      if (this.peek() === "(") {
        if (random !== undefined) this.fail(this.at(), "one factor only");
        random = this.randomPart();
      } else fixed.push(...this.product());
    } while (this.take("+"));
    if (this.next < this.tokens.length) this.fail(this.at(), "+ or the end");
    return { response, fixed: unique(fixed), random };
  }

  terms(): Term[] {
    const terms = this.product();
    if (this.next < this.tokens.length) this.fail(this.at(), "the end");
    return unique(terms);
  }

  private randomPart(): { slopes: string[]; subject: string } {
    this.next++;
    const slopes: string[] = [];
    do {
      if (this.peek() === "1") this.next++;
      else slopes.push(this.name());
    } while (this.take("+"));
    if (!this.take("|")) this.fail(this.at(), "| and the column of the subjects");
    const subject = this.name();
    if (!this.take(")")) this.fail(this.at(), ")");
    return { slopes, subject };
  }

  /** `a*b*c` is every product of one or more of them. */
  private product(): Term[] {
    let terms = [this.interaction()];
    while (this.take("*")) {
      const other = this.interaction();
      terms = [...terms, other, ...terms.map((term) => [...term, ...other])];
    }
    return terms;
  }

  private interaction(): Term {
    if (this.peek() === "1") {
      this.next++;
      return [];
    }
    const term = [this.power()];
    while (this.take(":")) term.push(this.power());
    return term;
  }

  private power(): { name: string; power: number } {
    const name = this.name();
    if (!this.take("^")) return { name, power: 1 };
    const power = Number(this.peek());
    if (!Number.isInteger(power) || power < 1 || power > 9) this.fail(this.at(), "a power from 1 to 9");
    this.next++;
    return { name, power };
  }

  private name(): string {
    const token = this.peek();
    if (token === undefined || !NAME.test(token)) this.fail(this.at(), "the name of a column");
    this.next++;
    return (token ?? "").replaceAll("`", "");
  }

  private peek(ahead = 0): string | undefined {
    return this.tokens[this.next + ahead]?.text;
  }

  private take(text: string): boolean {
    if (this.peek() !== text) return false;
    this.next++;
    return true;
  }

  private at(): number {
    return this.tokens[this.next]?.at ?? this.text.length;
  }

  private fail(at: number, expected: string): never {
    const what = at >= this.text.length ? "it ends" : JSON.stringify(this.text.slice(at).split(/\s/)[0]);
    throw new InputError({
      key: `formula ${JSON.stringify(this.text)}`,
      found: `${what} at character ${at + 1}`,
      expected,
    });
  }
}

function unique(terms: readonly Term[]): Term[] {
  const seen = new Set<string>();
  return terms.filter((term) => {
    const key = term
      .map((part) => nameOf([part]))
      .sort()
      .join(":");
    if (term.length === 0 || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
