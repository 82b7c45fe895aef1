/** tslab defect 6: compiles `await x` to `await $wait(x)`, so that an interrupt ends the waiting. */
import type { Node, SourceFile, TransformerFactory } from "typescript";
import { compiler as ts } from "./tslabTypescript";

export const stoppableAwait: TransformerFactory<SourceFile> = (context) => {
  const { factory } = context;
  const call = (name: string, argument: import("typescript").Expression) =>
    factory.createCallExpression(factory.createIdentifier(name), undefined, [argument]);
  const visit = (node: Node): Node => {
    const visited = ts.visitEachChild(node, visit, context);
    if (ts.isAwaitExpression(visited))
      return factory.updateAwaitExpression(visited, call("$wait", visited.expression));
    if (ts.isForOfStatement(visited) && visited.awaitModifier) {
      const { awaitModifier, initializer, expression, statement } = visited;
      return factory.updateForOfStatement(
        visited,
        awaitModifier,
        initializer,
        call("$waitEach", expression),
        statement,
      );
    }
    return visited;
  };
  return (file) => ts.visitEachChild(file, visit, context);
};
