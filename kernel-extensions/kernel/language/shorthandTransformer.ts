/** tslab defect 5: `{ q }` of an earlier cell's variable is left as it is and fails at run time. */
import type { Node, SourceFile, TransformerFactory, TypeChecker } from "typescript";
import { compiler as ts } from "./tslabTypescript";

/** Compiles `{ q }` to `{ q: exports.q }` where `q` was declared by an earlier cell. */
export function sharedShorthand(
  checker: TypeChecker,
  isEarlier: (file: string) => boolean,
): TransformerFactory<SourceFile> {
  return (context) => {
    const { factory } = context;
    const visit = (node: Node): Node => {
      if (ts.isShorthandPropertyAssignment(node)) {
        const symbol = checker.getShorthandAssignmentValueSymbol(node);
        if (symbol?.declarations?.some((declaration) => isEarlier(declaration.getSourceFile().fileName))) {
          const name = node.name.text;
          const shared = factory.createPropertyAccessExpression(factory.createIdentifier("exports"), name);
          const initial = node.objectAssignmentInitializer;
          const value = initial
            ? factory.createAssignment(shared, ts.visitNode(initial, visit) as typeof initial)
            : shared;
          return factory.createPropertyAssignment(name, value);
        }
      }
      return ts.visitEachChild(node, visit, context);
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
