/** Characters of the longest number that is read; it bounds how deep parentheses go. */
const LONGEST = 200;

/**
 * The value of a number written as arithmetic, such as `2**32` or `8 * 1024**3`; undefined when it is anything
 * else. U+2212 is a minus. Nothing is ever evaluated as code.
 */
export function arithmetic(written: string): number | undefined {
  if (written.length > LONGEST) return undefined;
  const text = written.replaceAll("−", "-");
  const tokens = text.match(/\s*(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+|\*\*|[-+*/()])/gy);
  if (tokens === null || tokens.join("").length !== text.trimEnd().length) return undefined;
  const list = tokens.map((token) => token.trim());
  let next = 0;
  const take = (token: string) => list[next] === token && ++next > 0;
  const sum = (): number => {
    let value = product();
    for (;;) {
      if (take("+")) value += product();
      else if (take("-")) value -= product();
      else return value;
    }
  };
  const product = (): number => {
    let value = unary();
    for (;;) {
      if (take("*")) value *= unary();
      else if (take("/")) value /= unary();
      else return value;
    }
  };
  const unary = (): number => (take("-") ? -unary() : take("+") ? unary() : power());
  const power = (): number => {
    const base = atom();
    return take("**") ? base ** unary() : base;
  };
  const atom = (): number => {
    if (take("(")) {
      const value = sum();
      return take(")") ? value : Number.NaN;
    }
    const token = list[next++];
    return token !== undefined && /^[\d.]/.test(token) ? Number(token) : Number.NaN;
  };
  const value = sum();
  return next === list.length && Number.isFinite(value) ? value : undefined;
}
