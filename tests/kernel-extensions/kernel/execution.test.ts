import { describe, expect, test } from "vitest";
import type { CellCompiler } from "../../../kernel-extensions/kernel/language/cellCompiler";
import { Execution } from "../../../kernel-extensions/kernel/protocol/execution";
import type { Outputs } from "../../../kernel-extensions/kernel/protocol/outputs";
import type { Runner } from "../../../kernel-extensions/kernel/supervise/runner";
import type { Message } from "../../../kernel-extensions/kernel/wire/message";

/** Cells that fail where their code says so, and what was replied to each; `onReply` hears a reply as it is sent. */
function cells(onReply: (id: string) => void = () => undefined) {
  const replies: [id: string, status: string][] = [];
  const compiler = { compile: (_: string, code: string) => ({ declarations: "", code }) };
  const outputs = { status: () => undefined, publish: () => undefined };
  const runner = {
    send: ({ cell, source }: { readonly cell: string; readonly source: string }) => {
      const error = source === "fail" ? { ename: "Error", evalue: "failed", traceback: [] } : undefined;
      setImmediate(() => execution.finish({ type: "done", cell, error }));
    },
  };
  const execution: Execution = new Execution(
    compiler as unknown as CellCompiler,
    () => runner as unknown as Runner,
    outputs as unknown as Outputs,
    ({ header }, _, content) => {
      replies.push([header.msg_id, (content as { readonly status: string }).status]);
      onReply(header.msg_id);
    },
  );
  const send = (id: string, code: string, sentAt = Date.now()) => {
    const date = new Date(sentAt).toISOString();
    const header = {
      msg_id: id,
      session: "",
      username: "",
      date,
      msg_type: "execute_request",
      version: "5.3",
    };
    execution.add({ identities: [], header, parent: {}, content: { code }, buffers: [] } satisfies Message);
  };
  const until = async (count: number) => {
    while (replies.length < count) await new Promise((resolve) => setImmediate(resolve));
    return replies;
  };
  return { send, until };
}

describe("after a cell that fails", () => {
  test("cells that waited are aborted", async () => {
    const { send, until } = cells();
    send("1", "fail");
    send("2", "fine");
    send("3", "fine");
    expect(await until(3)).toEqual([
      ["1", "error"],
      ["2", "aborted"],
      ["3", "aborted"],
    ]);
  });

  test("a cell that is sent at once by who has seen the error runs", async () => {
    const { send, until } = cells((id) => {
      if (id === "1") queueMicrotask(() => send("2", "fine"));
    });
    send("1", "fail");
    expect(await until(2)).toEqual([
      ["1", "error"],
      ["2", "ok"],
    ]);
  });

  test("one that was sent before, and comes later, is aborted", async () => {
    const { send, until } = cells((id) => {
      if (id === "1") setImmediate(() => send("2", "fine", Date.now() - 1000));
      if (id === "2") setImmediate(() => send("3", "fine", Date.now() - 1000));
      if (id === "3") send("4", "fine", Date.now() + 5);
    });
    send("1", "fail");
    expect(await until(4)).toEqual([
      ["1", "error"],
      ["2", "aborted"],
      ["3", "aborted"],
      ["4", "ok"],
    ]);
  });
});
