/**
 * Compiles every loop of a cell so that each turn of it looks whether the cell is to stop: `for (;;) f()` becomes
 * `for (;;) { Atomics.load($stop, 0) && $stopped(); f() }`. A loop then ends by an error, where its own code is, and `finally`
 * runs. Ending code from outside is left for what has no loop of a cell in it: native code and loops of libraries.
 */
import type { Node, SourceFile, Statement, TransformerFactory } from "typescript";
import { compiler as ts } from "./tslabTypescript";

export const stoppableLoops: TransformerFactory<SourceFile> = (context) => {
  const { factory } = context;
  const look = (): Statement => {
    const atomics = factory.createPropertyAccessExpression(factory.createIdentifier("Atomics"), "load");
    const word = [factory.createIdentifier("$stop"), factory.createNumericLiteral(0)];
    const stopped = factory.createCallExpression(factory.createIdentifier("$stopped"), undefined, []);
    const asked = factory.createCallExpression(atomics, undefined, word);
    return factory.createExpressionStatement(factory.createLogicalAnd(asked, stopped));
  };
  const body = (statement: Statement): Statement =>
    factory.createBlock([look(), ...(ts.isBlock(statement) ? statement.statements : [statement])], true);
  const visit = (node: Node): Node => {
    const loop = ts.visitEachChild(node, visit, context);
    if (ts.isForStatement(loop)) {
      const { initializer, condition, incrementor, statement } = loop;
      return factory.updateForStatement(loop, initializer, condition, incrementor, body(statement));
    }
    if (ts.isForOfStatement(loop)) {
      const { awaitModifier, initializer, expression, statement } = loop;
      return factory.updateForOfStatement(loop, awaitModifier, initializer, expression, body(statement));
    }
    if (ts.isForInStatement(loop)) {
      return factory.updateForInStatement(loop, loop.initializer, loop.expression, body(loop.statement));
    }
    if (ts.isWhileStatement(loop)) {
      return factory.updateWhileStatement(loop, loop.expression, body(loop.statement));
    }
    if (ts.isDoStatement(loop)) {
      return factory.updateDoStatement(loop, body(loop.statement), loop.expression);
    }
    return loop;
  };
  return (file) => ts.visitEachChild(file, visit, context);
};
